/** Usage times prices. What stands in the template costs by the month, what is played costs by use. */
import { functions } from '../../functions/list.ts';
import type { Resources } from '../build/compiled.ts';
import type { Usage } from './usage.ts';

export interface Prices {
  asOf: string;
  unit: Readonly<Record<string, number>>;
  beside: Readonly<Record<string, number>>;
}

export interface Line {
  what: string;
  dollars: number;
}

const HOURS_OF_MONTH = 730;
/** What one question about a balancer asks CloudWatch for: hosts, requests, and two kinds of errors. */
const METRICS_OF_QUESTION = 4;
/** Of one invocation: START, END and REPORT, our line, and a metric in it. */
const LOG_BYTES = 1_200;
/** Of a run with its zones before and after; and the life of an object, by the rule of the bucket in serverless.yml. */
const RECORD_BYTES = 100_000;
const RECORD_MONTHS = 84;
const MILLION = 1_000_000;

/** @param pairs how many share what stands once in the template */
export function standing(resources: Resources, prices: Prices, pairs: number): Line[] {
  const count = (type: string) => Object.values(resources).filter(({ Type }) => Type === type).length;
  const price = priced(prices);
  return [
    { what: 'alarms', dollars: (alarmMetricsOf(resources) * price('cloudWatchAlarmMonth')) / pairs },
    { what: 'dashboard', dollars: (count('AWS::CloudWatch::Dashboard') * price('cloudWatchDashboardMonth')) / pairs },
    {
      what: 'schedules',
      dollars: (schedulesOf(resources) * (price('schedulerMillionInvocations') / MILLION)) / pairs,
    },
  ];
}

/** Dollars of what was played. */
export function used(usage: Usage, resources: Resources, prices: Prices): Line[] {
  const price = priced(prices);
  const calls = (...names: string[]) => names.reduce((sum, name) => sum + (usage.calls[name] ?? 0), 0);
  const gigabyteSeconds = functions.reduce(
    (sum, { key }) => sum + ((usage.billed[key] ?? 0) / 1000) * (memoryOf(key, resources) / 1024),
    0,
  );
  return [
    {
      what: 'functions',
      dollars:
        gigabyteSeconds * price('lambdaGigabyteSecondArm') +
        (usage.invocations * price('lambdaMillionRequests')) / MILLION,
    },
    { what: 'machines', dollars: (usage.transitions * price('stepFunctionsThousandTransitions')) / 1000 },
    {
      what: 'ledger',
      // a consistent read of an item above 4 KB costs two units, a write above 1 KB several
      dollars:
        (calls('dynamodb:PutItem') * 3 * price('dynamoDbMillionWrites') +
          calls('dynamodb:GetItem', 'dynamodb:Query') * 2 * price('dynamoDbMillionReads')) /
        MILLION,
    },
    {
      what: 'metrics read',
      dollars:
        (calls('cloudwatch:GetMetricData') * METRICS_OF_QUESTION * price('cloudWatchThousandMetricsRead')) / 1000,
    },
    { what: 'events', dollars: (calls('events:PutEvents') * price('eventBridgeMillionEvents')) / MILLION },
    {
      what: 'records',
      // each is kept as long as the bucket keeps it: all of that is owed by the run that wrote it
      dollars:
        (calls('s3:PutObject') * price('s3ThousandPuts')) / 1000 +
        ((calls('s3:PutObject') * RECORD_BYTES) / 1e9) * RECORD_MONTHS * price('s3GigabyteMonth'),
    },
    { what: 'logs', dollars: ((usage.invocations * LOG_BYTES) / 1e9) * price('logsGigabyte') },
  ];
}

/** A month at rest. */
export function monthly(hour: Usage, resources: Resources, prices: Prices, pairs: number): Line[] {
  const month = used(hour, resources, prices).map(({ what, dollars }) => ({
    what,
    dollars: (dollars * HOURS_OF_MONTH * 3_600_000) / hour.milliseconds,
  }));
  const metrics = { what: 'custom metrics', dollars: hour.metrics.size * priced(prices)('cloudWatchMetricMonth') };
  return [...month, metrics, ...standing(resources, prices, pairs)];
}

export function sum(lines: readonly Line[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}

/** Dollars of what happened beyond rest. */
export function beyondRest(usage: Usage, hour: Usage, resources: Resources, prices: Prices): number {
  const rest = (sum(used(hour, resources, prices)) * usage.milliseconds) / hour.milliseconds;
  return Math.max(0, sum(used(usage, resources, prices)) - rest);
}

/** Per month: a standby cluster of three small nodes, and the managed routing control that moves DNS for it. */
export function beside({ beside: price }: Prices): { standby: number; managed: number } {
  const { eksControlPlaneHour = 0, standbyNodeHour = 0, managedFailoverClusterHour = 0 } = price;
  return {
    standby: (eksControlPlaneHour + 3 * standbyNodeHour) * HOURS_OF_MONTH,
    managed: managedFailoverClusterHour * HOURS_OF_MONTH,
  };
}

/** An alarm costs by the metrics in it; an expression of them is none. */
function alarmMetricsOf(resources: Resources): number {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties: { Metrics } }) => Metrics?.filter((one: object) => 'MetricStat' in one).length ?? 1)
    .reduce((total: number, metrics: number) => total + metrics, 0);
}

function schedulesOf(resources: Resources): number {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Scheduler::Schedule')
    .reduce((total, { Properties }) => total + perMonth(String(Properties.ScheduleExpression)), 0);
}

function perMonth(expression: string): number {
  const [, many, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  // a cron of drills begins at most once a week
  if (unit === undefined) return 5;
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit] ?? 1;
  return HOURS_OF_MONTH / (Number(many) * hours);
}

function memoryOf(key: string, resources: Resources): number {
  const found = Object.values(resources).find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName.endsWith(`-prod-${key}`),
  );
  if (found === undefined) throw new Error(`the template has no function ${key}`);
  return Number(found.Properties.MemorySize);
}

/** A price that nobody wrote down is no price of zero. */
function priced({ unit }: Prices) {
  return (name: string) => {
    const price = unit[name];
    if (price === undefined) throw new Error(`no price for ${name}`);
    return price;
  };
}
