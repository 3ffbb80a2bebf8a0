/** `throwover doctor`: what would hold a move, or make it go wrong, found before it is needed. Changes nothing. */
import { exitCodes } from './exit-codes.ts';
import { counted, type Output } from './output.ts';
import { atConsole } from './reach.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { controlPlaneFindings } from './state/control-planes.ts';
import { type Finding, findingsIn, inOrder } from './state/findings.ts';
import { lookedAt } from './state/look.ts';
import { platformFindings } from './state/platform.ts';
import { quotaFindings } from './state/quota.ts';
import type { Verb } from './verb.ts';

export const doctor: Verb = {
  declare: (command) => withPair(command),
  examples: [
    ['npx throwover doctor', 'exit code 0: nothing holds a move; 3: something does; 4: the zones are disputed'],
    ['npx throwover doctor --json | jq -r \'.findings[] | select(.level == "MUST") | .fix\'', 'what must be done'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { output } = surroundings;
    return atConsole(topology, surroundings, async (console) => {
      const gathered = await lookedAt(pair, console, surroundings);
      const findings = inOrder([
        ...findingsIn(gathered, topology),
        ...(await controlPlaneFindings(gathered.facts, console.controlPlanes)),
        ...(await quotaFindings(pair, console.clusters, console.metrics)),
        ...(await platformFindings(pair, gathered.configMaps, console.clusters, gathered.facts.now)),
      ]);
      if (asked.options.json === true) {
        output.printJson({ pair: pair.name, situation: gathered.situation.name, findings });
      } else {
        printFindings(pair.name, findings, output);
      }
      if (gathered.situation.name === 'Disputed') return exitCodes.uncertain;
      return findings.some(({ level }) => level === 'MUST') ? exitCodes.held : exitCodes.done;
    });
  },
};

function printFindings(pair: string, findings: readonly Finding[], output: Output): void {
  for (const { level, what, fix } of findings) {
    const tone = level === 'MUST' ? 'red' : level === 'SHOULD' ? 'yellow' : 'dim';
    output.print(`${output.styled(tone, level.padEnd(6))}  ${what}`);
    output.print(`        ${fix}`);
  }
  const must = findings.filter(({ level }) => level === 'MUST').length;
  if (findings.length === 0) output.print(`${output.styled('green', 'ok')}  ${pair}: faces, fences and DNS are fit`);
  else
    output.print(
      `${counted(findings.length, 'finding')}, ${must === 0 ? 'none of them holds' : `${must} ${must === 1 ? 'holds' : 'hold'}`} a move`,
    );
}
