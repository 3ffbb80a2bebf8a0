/** The commands that verdicts and gates tell people to type. In one place, so that they change with the CLI. */
export const command = {
  status: (pair: string) => `throwover status --pair ${pair}`,
  doctor: (pair: string) => `throwover doctor --pair ${pair}`,
  preview: (pair: string, to: string) => `throwover preview --pair ${pair} --to ${to}`,
  switchover: (pair: string, to: string) => `throwover switch --pair ${pair} --to ${to} --reason "…"`,
  failover: (pair: string, to: string) => `throwover switch --pair ${pair} --to ${to} --failover --reason "…"`,
  accept: (pair: string, active: string) => `throwover accept --pair ${pair} --active ${active}`,
  repair: (pair: string) => `throwover repair --pair ${pair}`,
  resume: (pair: string) => `throwover resume --pair ${pair}`,
  acknowledge: (pair: string) => `throwover ack --pair ${pair}`,
  release: (pair: string) => `throwover release --pair ${pair}`,
  abort: (pair: string) => `throwover abort --pair ${pair} --back`,
  standDown: (pair: string, ring?: number) =>
    `throwover stand-down --pair ${pair}${ring === undefined ? '' : ` --ring ${ring}`} --reason "…"`,
  /** Without a run, or of one that has no name yet: whichever waits. */
  approve: (pair: string, run = '') => `throwover approve${run === '' ? '' : ` ${run}`} --pair ${pair}`,
  drill: (pair: string) => `throwover drill --pair ${pair}`,
  check: () => 'throwover check throwover.yaml',
  unlock: (pair: string, cluster: string, owner: string) =>
    `throwover lock release --pair ${pair} --cluster ${cluster} --owner ${owner}`,
  override: (gate: string) => `--override ${gate}`,
};

/** Lists who began an update of EKS lately. Not ours: a command of AWS, for a person. */
export const WHO_CHANGED =
  'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventSource,AttributeValue=eks.amazonaws.com';

/** The first command that these sentences tell people to type; undefined: they tell of none. */
export function commandIn(sentences: readonly string[]): string | undefined {
  return sentences.flatMap((sentence) => /`(throwover [^`]+)`/.exec(sentence)?.[1] ?? [])[0];
}
