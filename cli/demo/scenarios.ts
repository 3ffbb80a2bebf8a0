/** Every scenario by the name that `--scenario` takes. */
import { activeDies } from './active-dies.ts';
import { alarmStorm } from './alarm-storm.ts';
import { approve } from './approve.ts';
import { bothChanged } from './both-changed.ts';
import { cniUpgrade } from './cni-upgrade.ts';
import { coldStandby } from './cold-standby.ts';
import { deployDuringPrepare } from './deploy-during-prepare.ts';
import { drillRing } from './drill-ring.ts';
import { outageDuringDrill } from './outage-during-drill.ts';
import { partition43Seconds } from './partition-43s.ts';
import { returningCluster } from './returning-cluster.ts';
import type { Scenario } from './scenario.ts';
import { zombie } from './zombie.ts';

export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['active-dies', activeDies],
  ['alarm-storm', alarmStorm],
  ['both-changed', bothChanged],
  ['cni-upgrade', cniUpgrade],
  ['cold-standby', coldStandby],
  ['deploy-during-prepare', deployDuringPrepare],
  ['partition-43s', partition43Seconds],
  ['approve', approve],
  ['drill-ring', drillRing],
  ['outage-during-drill', outageDuringDrill],
  ['returning-cluster', returningCluster],
  ['zombie', zombie],
]);

export const FIRST_SCENARIO = 'active-dies';
