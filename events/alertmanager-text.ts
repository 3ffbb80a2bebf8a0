/**
 * Alertmanager's messages to SNS that are no JSON: its own plain text (`amp-sns-text.json`), which is the default, and JSON
 * from a template that does not escape its values (`amp-sns-badly-quoted.json`), as in the documentation of Amazon Managed
 * Prometheus. What can be read is given in the form of its JSON; it is a hint, and the run looks for itself.
 */

interface AlertRead {
  status: string;
  labels: Record<string, string>;
  startsAt?: string;
  fingerprint?: string;
}

/** @returns undefined where no alert with a name can be found */
export function alertsInText(text: string): { alerts: AlertRead[] } | undefined {
  const alerts = text.trimStart().startsWith('{') ? badlyQuoted(text) : plain(text);
  const named = alerts.filter(({ labels }) => labels.alertname !== undefined);
  return named.length === 0 ? undefined : { alerts: named };
}

const SECTIONS: Readonly<Record<string, string>> = { 'Alerts Firing:': 'firing', 'Alerts Resolved:': 'resolved' };
const ALERTS_MOST = 1_000;

/** Sections of alerts; each begins with `Labels:` and lists them, one a line, until `Annotations:`. A cut text ends anywhere. */
function plain(text: string): AlertRead[] {
  const alerts: AlertRead[] = [];
  let status: string | undefined;
  let labels: Record<string, string> | undefined;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (Object.hasOwn(SECTIONS, trimmed)) {
      status = SECTIONS[trimmed];
      labels = undefined;
    } else if (trimmed === 'Labels:' && status !== undefined && alerts.length < ALERTS_MOST) {
      labels = {};
      alerts.push({ status, labels });
    } else if (trimmed === 'Annotations:') {
      labels = undefined;
    } else if (labels !== undefined) {
      const [, name, value] = /^- (alertname|pair|cluster) = (.*)$/.exec(trimmed) ?? [];
      if (name !== undefined && value !== undefined) labels[name] ??= value;
    }
  }
  return alerts;
}

/**
 * Each alert of the template has its status before its labels. Values are read up to the next quote, so a value with a quote
 * in it is cut there; a name that is followed by anything but the end of its value is not believed.
 */
function badlyQuoted(text: string): AlertRead[] {
  const list = text.slice(Math.max(0, text.indexOf('"alerts"')));
  const parts = list.split(/(?="status"\s*:\s*"(?:firing|resolved)")/).slice(1, ALERTS_MOST);
  return parts.map((part) => {
    const value = (name: string) => new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]*)"\\s*[,}]`).exec(part)?.[1];
    const labels: Record<string, string> = {};
    for (const name of ['alertname', 'pair', 'cluster']) {
      const found = value(name);
      if (found !== undefined) labels[name] = found;
    }
    const startsAt = value('startsAt');
    const fingerprint = value('fingerprint');
    return {
      status: value('status') ?? 'firing',
      labels,
      ...(startsAt === undefined ? {} : { startsAt }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    };
  });
}
