/**
 * The lab as somebody sees it who has no access to our code: DNS answers, an execution's history, the ledger's item and
 * events, a parameter, the ConfigMaps, the change log of the zones, and what customers got. Everything a demo prints is
 * read here, in memory and behind sockets alike.
 */
export interface Stage {
  /** Says where this stage stands: "in memory", or where its sockets are. */
  readonly place: string;
  /** Everything goes over sockets: a call costs thousands of times what it costs in memory. */
  readonly sockets: boolean;
  /** Lab time, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Lets lab time pass. */
  pass(milliseconds: number): Promise<void>;
  /** Presses a button of lab/faults.ts. Without a name: its first choice. */
  inflict(fault: string, name?: string): Promise<void>;
  /** Starts the switch with this input; gives the execution's ARN. */
  start(input: unknown): Promise<string>;
  /** Tells the topic for signals, as Alertmanager or CloudWatch would: one message after the other, now. */
  publish(messages: readonly string[]): Promise<void>;
  /** Starts a drill with this input; gives the execution's ARN. */
  rehearse(input: unknown): Promise<string>;
  /** Answers a run that asked; gives the ARN of the execution that takes the word. */
  answer(input: unknown): Promise<string>;
  executions(): Promise<readonly { arn: string; name: string; status: string }[]>;
  history(arn: string): Promise<readonly HistoryEvent[]>;
  describe(arn: string): Promise<{ status: string; output?: string | undefined; cause?: string | undefined }>;
  ledger(pair: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The ledger as a pipeline has it: read whole, and written in nothing but its locks. */
  readonly locks: {
    read(pair: string): Promise<Readonly<Record<string, unknown>> | undefined>;
    write(next: Readonly<Record<string, unknown>>, rev: number): Promise<'written' | 'lost' | 'unknown'>;
  };
  ledgerEvents(
    pair: string,
    epoch: number,
  ): Promise<readonly { key: string; at: number; what: string; facts: Readonly<Record<string, unknown>> }[]>;
  /** What is kept beside the ledger under keys that begin so. */
  notes(pair: string, prefix: string): Promise<readonly { key: string; item: Readonly<Record<string, unknown>> }[]>;
  parameter(name: string): Promise<string | undefined>;
  /** The data of each reachable cluster's ConfigMap. */
  configMaps(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /** Ready and wanted pods of a cluster's services, from its API; undefined when it does not answer. */
  pods(cluster: string): Promise<{ ready: number; wanted: number } | undefined>;
  /** Asks one authoritative server. */
  dns(server: string, name: string, type: 'A' | 'AAAA' | 'TXT'): Promise<readonly string[]>;
  readonly nameServers: readonly string[];
  /** Every change that Route 53 applied, as CloudTrail would show it. */
  changeLog(): Promise<readonly AppliedChange[]>;
  route53(): Promise<{ calls: number; changeCalls: number; changeTokens: number }>;
  customers(faultAt: number): Promise<CustomerFigures>;
  close(): Promise<void>;
}

export interface HistoryEvent {
  readonly id: number;
  readonly timestamp: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined;
  readonly executionStartedEventDetails?: { readonly input?: string | undefined } | undefined;
  readonly taskSucceededEventDetails?: { readonly output?: string | undefined } | undefined;
}

export interface AppliedChange {
  readonly at: number;
  readonly zone: string;
  readonly caller: string;
  readonly changes: readonly {
    readonly action: string;
    readonly name: string;
    readonly type: string;
    readonly setIdentifier?: string;
    readonly weight?: number;
    readonly value?: string;
  }[];
}

export interface CustomerFigures {
  sent: number;
  failed: number;
  failedInTail: number;
  /** When honest customers were served again; undefined: not yet. */
  restoredAt?: number;
  /** Failures of honest customers at or after a time. */
  failedSince: Readonly<Record<number, number>>;
  /** Requests answered well in the last second, by cluster. */
  servedNow: Readonly<Record<string, number>>;
}
