import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type RRType,
} from '@aws-sdk/client-route-53';
import { type Claim, mustBe, refusalOf, type Subject } from './claim.ts';

const INSYNC_TRIES = 60;

const under = ({ zone, round }: Subject, name: string) => `${name}.throwover-contract-${round}.${zone.name}.`;

function text(subject: Subject, name: string, value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet {
  const ResourceRecords = [{ Value: `"${value}"` }];
  return { Name: under(subject, name), Type: 'TXT', TTL: 5, ResourceRecords, ...more };
}

const of = (Action: Change['Action'], ResourceRecordSet: ResourceRecordSet): Change => ({ Action, ResourceRecordSet });

function change({ route53, zone }: Subject, ...Changes: Change[]) {
  return route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch: { Changes } }));
}

async function listed({ route53, zone }: Subject, from: string, MaxItems = 20): Promise<ResourceRecordSet[]> {
  const asked = { HostedZoneId: zone.id, StartRecordName: from, StartRecordType: 'TXT' as RRType, MaxItems };
  return (await route53.send(new ListResourceRecordSetsCommand(asked))).ResourceRecordSets ?? [];
}

/** The text that stands there; undefined: none. */
async function standing(subject: Subject, name: string): Promise<string | undefined> {
  const found = (await listed(subject, under(subject, name))).find(({ Name }) => Name === under(subject, name));
  return found?.ResourceRecords?.[0]?.Value;
}

/** Creates these, does the work, and takes away whatever of this round stands there then. */
async function having(subject: Subject, sets: readonly ResourceRecordSet[], work: () => Promise<void>): Promise<void> {
  if (sets.length > 0) await change(subject, ...sets.map((set) => of('CREATE', set)));
  try {
    await work();
  } finally {
    const all = await listed(subject, `throwover-contract-${subject.round}.${subject.zone.name}.`, 100);
    const left = all.filter(({ Name }) => Name?.includes(`throwover-contract-${subject.round}.`));
    if (left.length > 0) await change(subject, ...left.map((set) => of('DELETE', set)));
  }
}

const claim = (says: string, holds: Claim['holds']): Claim => ({ service: 'route53', says, holds });

export const ofRoute53: readonly Claim[] = [
  claim('a DELETE with another value than stands there refuses the batch', (subject) =>
    having(subject, [text(subject, 'a', 'one')], async () => {
      mustBe(await refusalOf(change(subject, of('DELETE', text(subject, 'a', 'two')))), 'InvalidChangeBatch');
      mustBe(await standing(subject, 'a'), '"one"');
    }),
  ),
  claim('a DELETE with another TTL than stands there refuses the batch', (subject) =>
    having(subject, [text(subject, 'a', 'one')], async () => {
      const other = text(subject, 'a', 'one', { TTL: 60 });
      mustBe(await refusalOf(change(subject, of('DELETE', other))), 'InvalidChangeBatch');
    }),
  ),
  claim('a CREATE of what is there refuses the batch', (subject) =>
    having(subject, [text(subject, 'a', 'one')], async () => {
      mustBe(await refusalOf(change(subject, of('CREATE', text(subject, 'a', 'two')))), 'InvalidChangeBatch');
    }),
  ),
  claim('a batch is applied as a whole or not at all', (subject) =>
    having(subject, [text(subject, 'a', 'one')], async () => {
      const batch = [of('CREATE', text(subject, 'b', 'new')), of('DELETE', text(subject, 'a', 'two'))];
      mustBe(await refusalOf(change(subject, ...batch)), 'InvalidChangeBatch');
      mustBe(await standing(subject, 'b'), undefined);
    }),
  ),
  claim('DELETE of exactly what stands there and CREATE in one batch replace it', (subject) =>
    having(subject, [text(subject, 'a', 'one')], async () => {
      await change(subject, of('DELETE', text(subject, 'a', 'one')), of('CREATE', text(subject, 'a', 'two')));
      mustBe(await standing(subject, 'a'), '"two"');
    }),
  ),
  claim('weighted records of one name and type have one TTL', (subject) =>
    having(subject, [], async () => {
      const one = text(subject, 'w', 'one', { SetIdentifier: 'blue', Weight: 100 });
      const other = text(subject, 'w', 'two', { SetIdentifier: 'green', Weight: 0, TTL: 60 });
      await change(subject, of('CREATE', one));
      mustBe(await refusalOf(change(subject, of('CREATE', other))), 'InvalidChangeBatch');
    }),
  ),
  claim('a name lists by its labels from the right, and a listing begins where it is told to', (subject) =>
    having(subject, [text(subject, 'b', '1'), text(subject, 'z.a', '2'), text(subject, 'a', '3')], async () => {
      const names = (await listed(subject, under(subject, 'a'))).map(({ Name = '' }) => Name.split('.throwover')[0]);
      mustBe(names.slice(0, 3), ['a', 'z.a', 'b']);
    }),
  ),
  claim('a change is PENDING or INSYNC at once, and INSYNC in the end', (subject) =>
    having(subject, [], async () => {
      const { ChangeInfo } = await change(subject, of('CREATE', text(subject, 'a', 'one')));
      for (let tries = 0; tries < INSYNC_TRIES; tries++) {
        const asked = await subject.route53.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
        if (asked.ChangeInfo?.Status === 'INSYNC') return;
        mustBe(asked.ChangeInfo?.Status, 'PENDING');
        await subject.wait(5_000);
      }
      throw new Error('still PENDING');
    }),
  ),
  claim('a zone that is not there is NoSuchHostedZone', async (subject) => {
    const elsewhere = { ...subject, zone: { ...subject.zone, id: 'Z0THROWOVERNOWHERE' } };
    mustBe(await refusalOf(change(elsewhere, of('CREATE', text(subject, 'a', 'one')))), 'NoSuchHostedZone');
  }),
];
