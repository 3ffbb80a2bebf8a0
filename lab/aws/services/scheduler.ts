import type { ScheduleInput, Scheduler } from '../../../models/scheduler.ts';
import { restJsonProtocol } from '../rest-json-protocol.ts';
import { operation, type Service } from '../service.ts';
import { type Members, oneOf, required, structure } from '../shape.ts';
import { targetMembers } from './targets.ts';

const Name = required('string');
const GroupName = oneOf('default');
// Clients make one up for each call; names alone tell schedules apart here.
const ClientToken = 'string';

const schedule: Members = {
  Name,
  GroupName,
  ClientToken,
  ScheduleExpression: required('string'),
  FlexibleTimeWindow: required(structure({ Mode: required('string'), MaximumWindowInMinutes: 'integer' })),
  Target: required(structure(targetMembers)),
  State: oneOf('ENABLED', 'DISABLED'),
  StartDate: 'timestamp',
};

type Sent = ScheduleInput & { GroupName?: string; ClientToken?: string };

function asModelled({ GroupName: _group, ClientToken: _token, ...input }: Sent): ScheduleInput {
  return input;
}

const query = { groupName: 'GroupName', clientToken: 'ClientToken' };

export function schedulerService(scheduler: Scheduler): Service {
  return {
    signingName: 'scheduler',
    title: 'EventBridge Scheduler',
    protocols: [restJsonProtocol({ title: 'REST with JSON, `/schedules`', constraint: 'ValidationException' })],
    timestamps: new Set(['StartDate']),
    operations: {
      CreateSchedule: operation(schedule, (input: Sent) => scheduler.createSchedule(asModelled(input)), {
        at: 'POST /schedules/{Name}',
      }),
      DeleteSchedule: operation({ Name, GroupName, ClientToken }, scheduler.deleteSchedule.bind(scheduler), {
        at: 'DELETE /schedules/{Name}',
        query,
      }),
      GetSchedule: operation({ Name, GroupName }, scheduler.getSchedule.bind(scheduler), {
        at: 'GET /schedules/{Name}',
        query,
      }),
      ListSchedules: operation({ NamePrefix: 'string' }, scheduler.listSchedules.bind(scheduler), {
        at: 'GET /schedules',
      }),
      UpdateSchedule: operation(schedule, (input: Sent) => scheduler.updateSchedule(asModelled(input)), {
        at: 'PUT /schedules/{Name}',
      }),
    },
  };
}
