/** The ports of the watch that looks out, as far as one part of it needs them, without a world behind. */
import type { Notice } from '../../../core/notices/notice.ts';
import type { Announcer, Clock, Executions, Note, Notes } from '../../../core/ports.ts';
import { NOW } from '../../core/given.ts';

type Status = Awaited<ReturnType<Executions['status']>>;

export class AtHand {
  now = NOW;
  readonly kept = new Map<string, Note>();
  readonly announced: Notice[] = [];
  readonly started: { name: string; input: unknown }[] = [];
  /** By name; those that are not here do not exist. */
  readonly statuses = new Map<string, Status>();
  readonly clock: Clock = {
    now: () => this.now,
    wait: async (milliseconds) => {
      this.now += milliseconds;
    },
  };
  readonly announcer: Announcer = {
    announce: async (notice) => {
      this.announced.push(notice);
    },
  };
  readonly executions: Executions = {
    idOf: (_, name) => name,
    status: async (id) => this.statuses.get(id),
    find: async () => undefined,
    start: async (_, name, input) => {
      if (this.statuses.has(name)) return 'exists';
      this.statuses.set(name, 'RUNNING');
      this.started.push({ name, input });
      return 'started';
    },
  };
  readonly notes: Notes = {
    add: async (pair, key, item) => {
      if (this.kept.has(`${pair} ${key}`)) return 'there';
      this.kept.set(`${pair} ${key}`, { key, rev: 1, item });
      return 'added';
    },
    replace: async (pair, { key, rev }, item) => {
      if (this.kept.get(`${pair} ${key}`)?.rev !== rev) return 'lost';
      this.kept.set(`${pair} ${key}`, { key, rev: rev + 1, item });
      return 'written';
    },
    read: async (pair, key) => this.kept.get(`${pair} ${key}`),
    list: async (pair, prefix) =>
      [...this.kept].flatMap(([name, note]) => (name.startsWith(`${pair} ${prefix}`) ? [note] : [])),
  };
}
