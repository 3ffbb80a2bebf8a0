/** The rules of observability/, with Prometheus' own tool: it checks them and plays the series of slo-rules.test.yaml. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';

const folder = join(root, 'observability');

interface Rule {
  alert?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
const groups: { rules: Rule[] }[] = parse(readFileSync(join(folder, 'slo-rules.yaml'), 'utf8')).groups;
const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);

describe('the Prometheus rules', () => {
  it('are understood, and fire when they should: burn rates, roles, drills, a switchover, silence', (context) => {
    const promtool = peer('promtool', context);
    for (const args of [
      ['check', 'rules', 'slo-rules.yaml'],
      ['test', 'rules', 'slo-rules.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8' });
      expect(status, `${stdout}\n${stderr}`).toBe(0);
    }
  });

  it('each say whom they wake, what they speak of, and what happened', () => {
    expect(alerts.length).toBeGreaterThan(6);
    for (const { alert, labels = {}, annotations = {} } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels.severity);
      expect(['cluster', 'pair'], alert).toContain(labels.scope);
      expect(annotations.summary, alert).toMatch(/\.$/);
    }
  });

  it('are each in the test of promtool', () => {
    const played = readFileSync(join(folder, 'slo-rules.test.yaml'), 'utf8');
    expect(alerts.filter(({ alert }) => !played.includes(`alertname: ${alert}`))).toEqual([]);
  });

  it('have one that may start a run: the fast one of a cluster', () => {
    expect(alerts.filter(({ labels }) => labels?.throwover === 'candidate').map(({ alert }) => alert)).toEqual([
      'ClusterBurnRateFast',
    ]);
  });
});
