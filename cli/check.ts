import { namesInZone, type Problem, remarksOf, type Topology, topologyDigest } from '../core/topology/index.ts';
import { exitCodes } from './exit-codes.ts';
import { counted, type Output } from './output.ts';
import { type Place, readTopologyFile, type TopologyFile } from './topology-file.ts';
import { Refused, type Verb } from './verb.ts';

/** `throwover check`: every problem of the topology, in the order of the file. */
export const check: Verb = {
  declare: (command) =>
    command
      .argument('[file]', 'the topology (default: THROWOVER_FILE, else throwover.yaml in the working folder)')
      .option('--file <file>', 'the same, as in the other verbs')
      .option('--json', 'print one line of JSON'),
  examples: [
    ['npx throwover check', 'the topology of the working folder'],
    ['npx throwover check other.yaml', 'another file'],
    ["npx throwover check --json | jq '.problems[].path'", 'for a pipeline; exit code 2 when something is wrong'],
  ],
  run({ args, options }, surroundings) {
    const { output } = surroundings;
    const [argument] = args;
    const option = options.file as string | undefined;
    if (argument !== undefined && option !== undefined)
      throw new Refused('name the file once, as an argument or with --file.');
    const file = readTopologyFile(argument ?? option, surroundings);
    const { topology } = file.parsed;
    const problems = placed(file);
    if (options.json === true) output.printJson(record(file.path, problems, topology));
    else if (topology === undefined) printProblems(file.path, problems, output);
    else printSummary(file, topology, output);
    return topology === undefined ? exitCodes.refused : exitCodes.done;
  },
};

type Placed = Problem & Place;

/** By line, because that is how a file is mended. */
function placed(file: TopologyFile): Placed[] {
  return file.parsed.problems
    .map((problem) => ({ ...problem, ...file.placeOf(problem.at) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function record(path: string, problems: readonly Placed[], topology: Topology | undefined) {
  return {
    ok: topology !== undefined,
    file: path,
    ...(topology === undefined ? {} : { digest: topologyDigest(topology) }),
    problems: problems.map(({ at: _, ...problem }) => problem),
    remarks: topology === undefined ? [] : remarksOf(topology).map(({ path, remark }) => ({ path, remark })),
  };
}

function printProblems(path: string, problems: readonly Placed[], output: Output): void {
  for (const problem of problems) {
    const { line, column, found, expected, because } = problem;
    output.print(`${path}:${line}:${column}  ${output.styled('bold', problem.path || 'the whole file')}`);
    output.print(`    found     ${output.styled('red', found)}`);
    output.print(`    expected  ${output.styled('green', expected)}`);
    if (because !== undefined) output.print(`    because   ${because}`);
  }
  output.print();
  output.print(`${counted(problems.length, 'problem')} in ${path}`);
}

function printSummary(file: TopologyFile, topology: Topology, output: Output): void {
  for (const { at, path, remark } of remarksOf(topology)) {
    const { line, column } = file.placeOf(at);
    output.print(
      `${file.path}:${line}:${column}  ${output.styled('bold', path)}\n    ${output.styled('yellow', 'remark')}    ${remark}`,
    );
  }
  const pairs = Object.entries(topology.pairs).map(([name, pair]) => {
    const names = pair.zones.reduce((sum, zone) => sum + namesInZone(pair, zone).length, 0);
    const parts = [
      Object.keys(pair.clusters).join(' and '),
      counted(pair.zones.length, 'zone'),
      counted(Object.keys(pair.services).length, 'service'),
      counted(names, 'name'),
      `mode ${pair.mode}`,
    ];
    return `pair ${name} (${parts.join(', ')})`;
  });
  output.print(
    `${output.styled('green', 'ok')}  ${file.path}: ${pairs.join('; ')}; digest ${topologyDigest(topology)}`,
  );
}
