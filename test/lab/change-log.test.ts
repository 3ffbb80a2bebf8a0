import { expect, it } from 'vitest';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';

it('the change log says who changed what of which zone, when, as CloudTrail would', async () => {
  const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' });
  const { route53 } = stage.inMemory.world;
  const record = {
    Name: 'note.example.test',
    Type: 'TXT' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '"by hand"' }],
  };
  route53.changeResourceRecordSets(
    { HostedZoneId: 'Z0EXAMPLE', ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: record }] } },
    'somebody',
  );
  expect(await stage.changeLog()).toEqual([
    {
      at: stage.clock.now(),
      zone: expect.stringMatching(/^example\.test/),
      caller: 'somebody',
      changes: [{ action: 'CREATE', name: 'note.example.test.', type: 'TXT', value: '"by hand"' }],
    },
  ]);
  expect(() =>
    route53.changeResourceRecordSets(
      { HostedZoneId: 'Z0EXAMPLE', ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: record }] } },
      'somebody',
    ),
  ).toThrow();
  expect(await stage.changeLog(), 'what was refused did not happen').toHaveLength(1);
});
