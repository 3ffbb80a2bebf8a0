/** `throwover dns doctor`: what the two ExternalDNS of a pair would do to a move, found before it. Changes nothing. */
import type { DnsFinding } from '../core/external-dns/finding.ts';
import { lint } from '../core/external-dns/lint.ts';
import { apiAt, withKubeconfig } from './clusters/access.ts';
import { seenOf } from './dns/gathering.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, type Output } from './output.ts';
import { atConsole, Unreachable } from './reach.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { Refused, type Verb } from './verb.ts';

/** A read of a zone is tried again for half a minute, which is for functions. */
const ZONE_MILLISECONDS = 10_000;
const PAGE = 'docs/runbook/external-dns.md';

export const dns: Verb = {
  declare: (command) => withKubeconfig(withPair(command)).argument('<action>', 'doctor'),
  examples: [
    ['npx throwover dns doctor', 'exit code 0: nothing can undo a move; 3: something can, or could not be looked at'],
    ['npx throwover dns doctor --json | jq -r \'.findings[] | select(.level == "MUST") | .fix\'', 'what must be done'],
  ],
  async run(asked, surroundings) {
    const [action = ''] = asked.args;
    if (action !== 'doctor') throw new Refused(`dns knows doctor, not ${action}.`);
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { output } = surroundings;
    return atConsole(topology, surroundings, async (console) => {
      const patient = (id: string) => surroundings.clock.within(ZONE_MILLISECONDS, () => console.zones.read(id));
      const seen = await seenOf(pair, patient, (cluster) => apiAt(cluster, asked, surroundings));
      if (seen.zones.length === 0 && Object.keys(seen.clusters).length === 0)
        throw new Unreachable(seen.unread.map(({ what, because }) => `${what}: ${because}`).join('; '));
      const findings = lint(seen);
      if (asked.options.json === true) output.printJson({ pair: pair.name, findings });
      else printFindings(findings, output);
      return findings.some(({ level }) => level === 'MUST') ? exitCodes.held : exitCodes.done;
    });
  },
};

function printFindings(findings: readonly DnsFinding[], output: Output): void {
  for (const { level, name, what, fix } of findings) {
    const tone = level === 'MUST' ? 'red' : level === 'SHOULD' ? 'yellow' : 'dim';
    output.print(`${output.styled(tone, level.padEnd(6))}  ${name}: ${what}`);
    output.print(`        ${fix}`);
  }
  if (findings.length === 0) output.print(`${output.styled('green', 'ok')}  both ExternalDNS can live beside a move`);
  else output.print(`${counted(findings.length, 'finding')}; each has a chapter in ${PAGE}`);
}
