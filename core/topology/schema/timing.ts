/** How long things may take, and how long they are waited for. */
import * as z from 'zod/mini';
import { described, fraction, seconds } from './fields.ts';

export const timing = z.strictObject({
  confirmSeconds: described(
    z._default(seconds(60, 900), 60),
    'How long the active cluster must be seen dead before automation moves. Shorter outages move nothing.',
  ),
  taskSecondsMax: described(
    z._default(seconds(30), 50),
    'A function works at most this long and then asks to be called again.',
  ),
  runSecondsMax: described(
    z._default(seconds(300, 7_200), 1_800),
    'Longest run before it stops and says where traffic is.',
  ),
  cooldownSeconds: described(
    z._default(seconds(600, 604_800), 3_600),
    'Time after an automatic move in which automation moves nothing more.',
  ),
  readyWaitSecondsMax: described(
    z._default(seconds(30, 3_600), 600),
    'Longest wait for the receiving cluster’s capacity to reach `readyFractionWanted`.',
  ),
  readyFractionWanted: described(
    z._default(fraction(), 0.8),
    'Ready fraction of the wanted pods at which an unplanned move goes on at once.',
  ),
  readyFractionFloor: described(
    z._default(fraction(), 0.3),
    'Ready fraction at which an unplanned move goes on after `readyWaitSecondsMax`, if the active cluster still serves nothing.',
  ),
  evidenceWaitSecondsMax: described(
    z._default(seconds(0, 600), 60),
    'How long a run looks again after its fence when gates are `unknown` and none is closed, before it is held; 0: not at all.',
  ),
  zoneRetrySeconds: described(
    z._default(seconds(0, 900), 120),
    'How long a zone that refuses in the middle of an unplanned move is tried again.',
  ),
  insyncWaitSecondsMax: described(
    z._default(seconds(60, 900), 120),
    'Longest wait for Route 53 to say that all its name servers have a change (usually under 60 s).',
  ),
  dnsTtlSecondsMax: described(
    z._default(seconds(1, 300), 60),
    'Longest TTL a managed record may have; the wait between planned steps.',
  ),
  stepShares: described(
    z._default(
      z.array(z.int().check(z.minimum(1), z.maximum(100))).check(z.minLength(1), z.maxLength(10)),
      [10, 50, 100],
    ),
    'Shares of traffic, in percent, that a planned switchover gives to the receiving cluster, step by step.',
  ),
  stepJudgeSeconds: described(
    z._default(seconds(10, 900), 30),
    'How long each planned step is watched before the next one.',
  ),
  settleSeconds: described(
    z._default(seconds(60, 3_600), 300),
    'How long after a move the zones are watched for a foreign writer.',
  ),
  quietSeconds: described(
    z._default(seconds(60, 86_400), 300),
    'How long the old cluster must be measured without a request of a user before its workloads stop.',
  ),
  quietRequestsPerMinuteMax: described(
    z._default(z.int().check(z.minimum(0), z.maximum(10_000)), 0),
    'Requests a minute at a balancer that are no user’s: other monitors that ask each cluster. Throwover itself asks for nothing that is being counted.',
  ),
  tailGraceSeconds: described(
    z._default(seconds(300, 86_400), 3_600),
    'How long after a move of the whole pair the old cluster waits for its last users. Then a tail up to `tailFractionMax` is cut; a longer one asks a person.',
  ),
  tailFractionMax: described(
    z._default(fraction(), 0.01),
    'Greatest share of all requests that may still arrive at the old cluster when its workloads stop, after `tailGraceSeconds`.',
  ),
  signalAgeSecondsMax: described(z._default(seconds(60, 3_600), 300), 'A signal older than this starts nothing.'),
});

export type Timing = z.output<typeof timing>;
