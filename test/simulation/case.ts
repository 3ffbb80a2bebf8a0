/** One simulated world as data: everything that is not drawn while it runs. The same case gives the same world. */
import { drawFaults, type Fault } from './faults.ts';
import type { Happening } from './happenings.ts';
import { drawSetting, type Setting } from './setting.ts';
import { drawPlay, type Story } from './stories.ts';

export interface Case {
  /** Also of everything the models draw: pods' start times, propagation, jitter. */
  seed: number;
  setting: Setting;
  story: Story;
  happenings: readonly Happening[];
  faults: readonly Fault[];
}

export function caseOf(seed: number): Case {
  const setting = drawSetting(seed);
  const play = drawPlay(seed, setting.active, setting.layouts.length);
  const mode = play.story === 'a person is asked' ? { mode: 'approve' as const } : {};
  return { seed, setting: { ...setting, ...mode }, ...play, faults: drawFaults(seed, play.story) };
}
