/** States that are seldom reached and that a world must be able to reach: a simulation in which they never come proves nothing. */
export interface RareState {
  state: string;
  /** A line of a trace that shows it. */
  line: RegExp;
}

export const rareStates: readonly RareState[] = [
  { state: 'a run is superseded', line: /ended: .* Superseded/ },
  { state: 'a run ends without knowing where users are', line: /ended: .* FAILED Uncertain/ },
  { state: 'users go back in the middle of a planned move', line: /ended: .* Abandoned/ },
  { state: 'a claim is reaped', line: /ledger: .*interrupted (?!repair)/ },
  { state: 'the watch starts a repair', line: /started: \S+-repair / },
  {
    state: 'a zone refuses the late batch of a run that was overtaken',
    line: /refused: \S+ has epoch \d+, a batch of epoch/,
  },
  { state: 'the answer to a claim is lost', line: /fault: dynamodb:PutItem #\d+ back (?:lost|crash) in claim/ },
  { state: 'the answer to a change of users is lost', line: /fault: route53:Change\S+ #\d+ back \w+ in steer/ },
  {
    state: 'a batch is on its way longer than its function lives',
    line: /fault: route53:Change\S+ #\d+ out slow (?:80|150|300) s/,
  },
  {
    state: 'a function that changes something runs twice',
    line: /fault: invoke:(?:claim|fence|steer|commit|let-go) #\d+ out twice/,
  },
  {
    state: 'a function dies in the middle of its work',
    line: /fault: \S+ #\d+ (?:out|back) crash in (?:steer|fence|own|commit|claim)/,
  },
  { state: 'Route 53 throttles in the middle of a move', line: /fault: route53:\S+ #\d+ out throttled in steer/ },
  { state: 'a zone stays behind', line: /owes .*\bbehind\b/ },
  { state: 'both clusters are sick, or nobody sees either', line: /BothSick|ObserverBlind/ },
  { state: 'the watch starts a failover by what it saw', line: /started: \S+-failover .*"source":"watch"/ },
  { state: 'an alert starts a run', line: /started: \S+-failover .*"source":"alertmanager"/ },
  { state: 'a signal comes that somebody made up', line: /happens: {"what":"signal","shape":"forged"/ },
  { state: 'a person lets automation move', line: /ended: \S+ SUCCEEDED Recorded approved: / },
  { state: 'a word comes when nothing waits for it', line: /ended: .* Refused no run of \S+ waits for an approval/ },
  { state: 'a drill ends well', line: /ended: .* SUCCEEDED Succeeded/ },
  { state: 'a drill gives way', line: /ended: .* (?:Interrupted|Skipped)/ },
  {
    state: 'a person moves users from a terminal while the ledger does not answer',
    line: /zone \S+: throwover, .* run break-glass-\S+; /,
  },
  { state: 'a ledger is made again from the fences', line: /ledger: rev 1 epoch (?!1 )\d+ .*unacknowledged, paused/ },
  { state: 'another topology is deployed in the middle of a run', line: /ended: .* another topology/ },
  { state: 'nodes are raised, and lowered again', line: /nodes: \S+ shall have at least/ },
  { state: 'another pair writes in the same zone', line: /zone \S+: till, / },
  { state: 'another pair moves its users in the same zones', line: /till: switchover Switched / },
  { state: 'a change is stranded', line: /ended: .* \d+ changes? PENDING/ },
  { state: 'a sickness follows the users', line: /happens: {"what":"poison"/ },
  { state: 'an old run is redriven', line: /happens: \{"what":"redrive"/ },
  { state: 'a run is redriven that another one has overtaken', line: /ended: \S+ \(redriven\) .*Superseded/ },
  { state: 'a person stops a run', line: /ended: .* ABORTED/ },
  { state: 'automation is paused while a run is under way', line: /ledger: .*held for .*paused/ },
  { state: 'somebody else writes a zone', line: /zone \S+: console/ },
  { state: 'records of one side are gone', line: /happens: .*"thing":"records lost"/ },
  { state: 'a foreign writer is told', line: /announced: Foreign Writer Seen/ },
  { state: 'an ExternalDNS publishes an old weight after a move', line: /zone \S+: external-dns .*; / },
];
