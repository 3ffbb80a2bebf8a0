/** What EKS says of both clusters, for doctor: what is being changed now, and what makes the two less equal than they should be. */
import type { Facts } from '../../core/facts.ts';
import { changeTold } from '../../core/gates/no-change-under-way.ts';
import { changesIn } from '../../core/observe/changes.ts';
import { WHO_CHANGED } from '../../core/observe/commands.ts';
import type { Observation } from '../../core/observe/observation.ts';
import type { ControlPlanes } from '../../core/ports.ts';
import { clusterNames } from '../../core/topology/pair.ts';
import { sentenceOf } from '../reach.ts';
import type { Finding } from './findings.ts';

type About = Awaited<ReturnType<ControlPlanes['about']>> & { cluster: string };

export async function controlPlaneFindings(facts: Facts, controlPlanes: ControlPlanes): Promise<Finding[]> {
  const looked = await Promise.all(clusterNames(facts.pair).map((cluster) => look(cluster, facts.now, controlPlanes)));
  const observations = looked.flatMap(({ seen }) => seen ?? []);
  return [
    ...looked.flatMap(({ finding }) => finding ?? []),
    ...changesIn({ ...facts, observations }).found.map(
      (change): Finding => ({
        level: 'MUST',
        what: changeTold(change),
        fix: `planned moves wait for its end; who began it: \`${WHO_CHANGED}\``,
      }),
    ),
    ...differences(looked.flatMap(({ about }) => about ?? [])),
  ];
}

interface Looked {
  about?: About;
  seen?: Observation;
  finding?: Finding;
}

async function look(cluster: string, now: number, controlPlanes: ControlPlanes): Promise<Looked> {
  try {
    const [found, about] = await Promise.all([controlPlanes.changes(cluster), controlPlanes.about(cluster)]);
    const changes = { at: now, found };
    const seen = {
      observer: 'aws',
      cluster,
      at: now,
      answers: true,
      canary: 'unknown',
      changes,
      evidence: '',
    } as const;
    return { about: { ...about, cluster }, seen };
  } catch (cause) {
    const what = `what EKS changes in ${cluster} could not be read: ${sentenceOf(cause)}`;
    return { finding: { level: 'SHOULD', what, fix: 'eks:Describe* and eks:List* on the cluster, for whoever asks' } };
  }
}

/** Two clusters that differ stand in for each other less well; a version apart is usual in the middle of an upgrade. */
function differences([one, other]: readonly About[]): Finding[] {
  if (one === undefined || other === undefined) return [];
  const told = (about: About, what: string) => `${about.cluster} ${what}`;
  return [
    ...(one.version === other.version
      ? []
      : [
          {
            level: 'SHOULD',
            what: `${told(one, `runs Kubernetes ${one.version}`)}, ${told(other, other.version)}`,
            fix: 'upgrade the older one while it stands by; until then a move is a change of version for its users, too',
          } as const,
        ]),
    ...(one.vpc === other.vpc
      ? []
      : [
          {
            level: 'SHOULD',
            what: `${told(one, `is in ${one.vpc}`)}, ${told(other, `in ${other.vpc}`)}`,
            fix: 'both clusters in one VPC, or routes between the two: the functions inside look at both, and private zones must be associated with both',
          } as const,
        ]),
  ];
}
