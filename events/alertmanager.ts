/**
 * What Alertmanager sends, version 4 of its webhook's data: `alertmanager-v4.json`. Through SNS it has the form that the
 * receiver's template gives it (docs/reference/signals.md), a part of the same; Amazon Managed Prometheus has the same
 * Alertmanager: `amp-sns.json`. One message holds many alerts, firing and resolved.
 */
import * as z from 'zod/mini';
import { fingerprintOf, minuteOf, type Signal, signalName } from '../core/signals/signal.ts';
import { type Reading, timeOf } from './reading.ts';

const Envelope = z.object({ alerts: z.array(z.unknown()) });

export const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.object({
    alertname: z.string(),
    pair: z.optional(z.string()),
    cluster: z.optional(z.string()),
  }),
  startsAt: z.optional(z.string()),
  fingerprint: z.optional(z.string()),
});
type Alert = z.output<typeof Alert>;

const NAMES_SHOWN = 3;

/**
 * One signal for each pair, cluster and state in the message. An alert that goes on firing is told again each
 * `repeat_interval`: that is news, so the minute in which it was told is part of what it is known by; the same message from
 * two Alertmanagers of a cluster is not.
 *
 * @param sentAt when it was told, in milliseconds since the epoch
 * @param isSent somebody who was there says so; without, an alert is as old as its beginning
 */
export function alertmanagerSignals(message: unknown, sentAt: number, isSent = false): Reading[] | undefined {
  const envelope = z.safeParse(Envelope, message);
  if (!envelope.success) return undefined;
  if (envelope.data.alerts.length === 0) return ['Alertmanager: a message without any alert'];
  const refused: string[] = [];
  const groups = new Map<string, Alert[]>();
  for (const [index, one] of envelope.data.alerts.entries()) {
    const parsed = z.safeParse(Alert, one);
    if (!parsed.success) {
      refused.push(`Alertmanager, alert ${index + 1}: ${z.prettifyError(parsed.error)}`);
      continue;
    }
    const { status, labels } = parsed.data;
    const group = JSON.stringify([labels.pair, labels.cluster, status]);
    groups.set(group, [...(groups.get(group) ?? []), parsed.data]);
  }
  const signals = [...groups.values()].map((alerts) => groupSignal(alerts, sentAt, isSent));
  return [...signals, ...(refused.length <= 1 ? refused : [`${refused[0]}; and ${refused.length - 1} more`])];
}

function groupSignal(alerts: readonly Alert[], sentAt: number, isSent: boolean): Signal {
  const [first] = alerts;
  const { pair, cluster } = first?.labels ?? {};
  const state = first?.status === 'firing' ? 'alarm' : 'ok';
  const names = [...new Set(alerts.map(({ labels }) => signalName(labels.alertname)))].sort();
  const known = alerts.map(({ labels, startsAt = '', fingerprint = '' }) => [labels.alertname, startsAt, fingerprint]);
  const began = alerts.flatMap(({ startsAt }) => timeOf(startsAt) ?? []);
  const at = isSent || began.length === 0 ? sentAt : Math.max(...began);
  return {
    source: 'alertmanager',
    name: signalName(
      names.length <= NAMES_SHOWN
        ? names.join(', ')
        : `${names.slice(0, NAMES_SHOWN).join(', ')} and ${names.length - NAMES_SHOWN} more`,
    ),
    state,
    at,
    fingerprint: fingerprintOf(
      'alertmanager',
      pair ?? '',
      cluster ?? '',
      state,
      minuteOf(at),
      JSON.stringify(known.sort()),
    ),
    hints: { ...(pair === undefined ? {} : { pair }), ...(cluster === undefined ? {} : { cluster }) },
  };
}
