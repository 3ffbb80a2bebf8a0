/** One stack: what it has made, and the story of how. A change that fails is taken back, as far as it had come. */
import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Change, Goal, GoalResource } from './plan.ts';
import type { Made, ResourceType } from './resource-type.ts';
import type { Template } from './template.ts';

export interface StackEvent {
  readonly StackId: string;
  readonly EventId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  /** Milliseconds since the epoch. */
  readonly Timestamp: number;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** What a stack was told to be. */
export interface Wanted {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly goal: Goal;
}

type Kind = 'CREATE' | 'UPDATE' | 'DELETE';
type Types = Readonly<Record<string, ResourceType>>;

const STACK_TYPE = 'AWS::CloudFormation::Stack';

export class Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number | undefined;
  status = 'REVIEW_IN_PROGRESS';
  statusReason: string | undefined;
  /** As it is now; undefined: nothing was made yet, or all of it is gone. */
  is: Wanted | undefined;
  /** Oldest first. */
  readonly events: StackEvent[] = [];
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #types: Types;

  constructor(name: string, id: string, { clock, ids, types }: { clock: Clock; ids: Ids; types: Types }) {
    this.name = name;
    this.id = id;
    this.createdAt = clock.now();
    this.#clock = clock;
    this.#ids = ids;
    this.#types = types;
  }

  get isDeleted(): boolean {
    return this.status === 'DELETE_COMPLETE';
  }

  /** Whether it holds things of a creation that succeeded once. */
  get canBeUpdated(): boolean {
    return /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(this.status);
  }

  /** Makes it so, or leaves it as it was. */
  become(wanted: Wanted, changes: readonly Change[]): void {
    const kind = this.is === undefined ? 'CREATE' : 'UPDATE';
    this.updatedAt = kind === 'UPDATE' ? this.#clock.now() : undefined;
    this.#now(`${kind}_IN_PROGRESS`, 'User Initiated');
    const undo: (() => void)[] = [];
    // what is not wanted any more goes last, when everything that is wanted stands
    const cleanUp: (() => void)[] = [];
    try {
      for (const change of changes) this.#do(change, undo, cleanUp);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#now(kind === 'CREATE' ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
      for (const back of undo.reverse()) back();
      this.#now(kind === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE');
      return;
    }
    this.is = wanted;
    if (cleanUp.length > 0) this.#now(`${kind}_COMPLETE_CLEANUP_IN_PROGRESS`);
    for (const remove of cleanUp) attempted(remove);
    this.#now(`${kind}_COMPLETE`);
  }

  /** What its template retains stays in the account and belongs to no stack any more. */
  remove(): void {
    this.#now('DELETE_IN_PROGRESS', 'User Initiated');
    const left = [...(this.is?.goal.resources ?? [])].reverse();
    try {
      for (const resource of left) this.#remove(resource, keeps(resource.DeletionPolicy));
    } catch (cause) {
      this.#now('DELETE_FAILED', cause instanceof Error ? cause.message : String(cause));
      return;
    }
    this.is = undefined;
    this.#now('DELETE_COMPLETE');
  }

  #do(change: Change, undo: (() => void)[], cleanUp: (() => void)[]): void {
    const { resource } = change;
    if (change.action === 'Add') this.#create(resource, undo);
    if (change.action === 'Remove') cleanUp.push(() => this.#remove(resource, keeps(resource.DeletionPolicy)));
    if (change.action !== 'Modify') return;
    const { before } = change;
    if (change.replacement) {
      this.#create(resource, undo);
      cleanUp.push(() => this.#remove(before, keeps(before.UpdateReplacePolicy)));
      return;
    }
    this.#step('UPDATE', resource, () => this.#type(resource).update(resource, before));
    undo.push(() => this.#step('UPDATE', before, () => this.#type(before).update(before, resource)));
  }

  #create(resource: GoalResource, undo: (() => void)[]): void {
    this.#step('CREATE', resource, () => this.#type(resource).create(resource));
    // `Retain` keeps also what a failed creation made; `RetainExceptOnCreate` does not
    undo.push(() => this.#remove(resource, resource.DeletionPolicy === 'Retain'));
  }

  #remove(resource: Made, isKept: boolean): void {
    if (isKept) this.#tell(resource, 'DELETE_SKIPPED');
    else this.#step('DELETE', resource, () => this.#type(resource).remove(resource));
  }

  #step(kind: Kind, resource: Made, work: () => void): void {
    this.#tell(resource, `${kind}_IN_PROGRESS`);
    try {
      work();
    } catch (cause) {
      this.#tell(resource, `${kind}_FAILED`, cause instanceof Error ? cause.message : String(cause));
      throw new Error(`The following resource(s) failed to ${kind.toLowerCase()}: [${resource.logicalId}].`, { cause });
    }
    this.#tell(resource, `${kind}_COMPLETE`);
  }

  #type({ type }: Made): ResourceType {
    return this.#types[type] as ResourceType;
  }

  #now(status: string, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    this.#tell({ logicalId: this.name, type: STACK_TYPE, identity: { ref: this.id } }, status, reason);
  }

  #tell(
    { logicalId, type, identity }: Pick<Made, 'logicalId' | 'type'> & { identity: { ref: string } },
    ResourceStatus: string,
    reason?: string,
  ): void {
    this.events.push({
      StackId: this.id,
      EventId: this.#ids(),
      StackName: this.name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: identity.ref,
      ResourceType: type,
      Timestamp: this.#clock.now(),
      ResourceStatus,
      ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
    });
  }
}

/** What cannot be removed stays in the account, and among the events; the update has succeeded all the same. */
function attempted(remove: () => void): void {
  try {
    remove();
  } catch {
    // told as DELETE_FAILED already
  }
}

function keeps(policy: GoalResource['DeletionPolicy'] | GoalResource['UpdateReplacePolicy']): boolean {
  return policy !== undefined && policy !== 'Delete';
}
