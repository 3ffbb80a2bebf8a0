/**
 * An alarm suggests: a run starts, which looks for itself and decides. What the alarm says about targets, records or times
 * is not read. Two events of the same minute get the same execution name, so the second starts nothing.
 */
import * as z from 'zod/mini';
import { KINDS } from '../core/ledger/ledger.ts';
import { pairOf } from '../core/topology/pair.ts';
import { runName } from './run-name.ts';
import type { World } from './world.ts';

/** CloudWatch Alarm State Change, as EventBridge delivers it. What AWS sends is read tolerantly: only what we need must fit. */
export const AlarmEvent = z.object({
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  time: z.string(),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) }),
});

export type AlarmTaken = { started: string } | { ignored: string };

export async function onAlarm(
  event: z.output<typeof AlarmEvent>,
  world: Pick<World, 'topology' | 'ledger' | 'clock' | 'executions'>,
): Promise<AlarmTaken> {
  const { alarmName, state } = event.detail;
  if (state.value !== 'ALARM') return { ignored: `${alarmName} is ${state.value}: only ALARM suggests anything` };
  const name = Object.keys(world.topology.pairs).find((pair) => alarmName.startsWith(`throwover-${pair}-`));
  if (name === undefined) return { ignored: `${alarmName} belongs to no pair: alarms are called throwover-<pair>-…` };
  const at = Date.parse(event.time);
  const pair = pairOf(world.topology, name);
  const age = Math.round((world.clock.now() - at) / 1000);
  if (!(age <= pair.timing.signalAgeSecondsMax))
    return { ignored: `${alarmName} is ${age} s old, ${pair.timing.signalAgeSecondsMax} s is the most` };
  const ledger = await world.ledger.read(name);
  const held = ledger?.holder;
  // a planned move may be what the alarm is about; what is already failing over is not disturbed
  if (held !== undefined && KINDS.indexOf(held.kind) >= KINDS.indexOf('automatic failover'))
    return { ignored: `${held.id} (${held.kind}) holds ${name} already` };
  const run = runName(name, ledger?.epoch ?? 0, world.clock.now(), 'failover');
  const reason = `${alarmName} is in ALARM`;
  const answer = await world.executions.start('switch', run, {
    pair: name,
    mode: 'failover',
    reason,
    signal: { source: 'cloudwatch', name: alarmName, at },
  });
  return answer === 'started' ? { started: run } : { ignored: `${run} was started already` };
}
