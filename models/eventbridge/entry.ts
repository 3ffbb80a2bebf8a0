/** One entry of PutEvents: taken or refused by itself, with EventBridge's own codes. */
export interface Entry {
  Source?: string | undefined;
  DetailType?: string | undefined;
  /** JSON text of an object. */
  Detail?: string | undefined;
  Resources?: string[] | undefined;
  /** Milliseconds since the epoch. */
  Time?: number | undefined;
  EventBusName?: string | undefined;
}

export type EntryResult = { EventId: string } | Refusal;

interface Refusal {
  ErrorCode: string;
  ErrorMessage: string;
}

/** The parsed detail, or why the entry is refused. */
export function accepted(entry: Entry): { detail: unknown } | Refusal {
  for (const member of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[member]) return invalid(`Parameter ${member} is not valid. Reason: ${member} is a required argument.`);
  }
  if (entry.Source?.startsWith('aws.')) {
    const ErrorMessage = 'Not authorized for the source.';
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage };
  }
  if (entry.EventBusName !== undefined && entry.EventBusName !== 'default') {
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${entry.EventBusName} does not exist.` };
  }
  return parsed(entry.Detail ?? '');
}

function parsed(text: string): { detail: unknown } | Refusal {
  const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? { detail } : malformed;
  } catch {
    return malformed;
  }
}

function invalid(ErrorMessage: string): Refusal {
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}
