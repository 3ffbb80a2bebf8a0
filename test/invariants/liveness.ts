/** Promises about what happens in the end, once nothing goes wrong any more. They are looked at by who plays a world. */
export interface Lasting {
  readonly id: string;
  readonly says: string;
}

export const runsEnd: Lasting = { id: 'L1', says: 'every run ends, and a claim ends with it or is reaped' };
export const theDeadAreLeft: Lasting = {
  id: 'L2',
  says: 'active dead, standby healthy, policy auto: users are moved, also when one class of observers is blind',
};
export const oldEventsStartNothing: Lasting = {
  id: 'L5',
  says: 'a signal that is too old starts no run that does anything',
};
export const peopleCanMove: Lasting = {
  id: 'L6',
  says: 'a person who types what they are told to type brings the pair to rest and can move it, whatever happened before',
};
export const peopleGoFirst: Lasting = {
  id: 'L6',
  says: 'a failover by a person takes the pair from every run of a lower kind',
};
export const neighboursMove: Lasting = {
  id: 'L6',
  says: 'another pair with names in the same zones is moved as ever, whatever was done beside it',
};
export const routingStays: Lasting = {
  id: 'S17',
  says: 'with our own dependencies down, and nobody acting, routing stays as it is',
};
export const noSecrets: Lasting = { id: 'S20', says: 'no secret is in what a run leaves' };

export const lasting: readonly Lasting[] = [
  runsEnd,
  theDeadAreLeft,
  oldEventsStartNothing,
  peopleCanMove,
  peopleGoFirst,
  neighboursMove,
  routingStays,
  noSecrets,
];

export function unkept({ id, says }: Lasting, how: string): string {
  return `${id}, ${says}: ${how}`;
}
