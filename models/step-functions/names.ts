import { ServiceError } from '../service-error.ts';

/** AWS refuses white space, brackets, wildcards, special and control characters; at most 80 characters. */
const refusedInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

export function checkName(name: string): void {
  if (name.length >= 1 && name.length <= 80 && !refusedInNames.test(name)) return;
  throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** Throws InvalidArn for what does not look like an ARN of this kind. */
export function checkArn(arn: string, kind: 'stateMachine' | 'execution'): void {
  const form = kind === 'stateMachine' ? /^arn:aws[a-z-]*:states:[^:]+:\d{12}:stateMachine:[^:]+$/ : executionForm;
  if (form.test(arn)) return;
  throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
}

const executionForm = /^arn:aws[a-z-]*:states:[^:]+:\d{12}:execution:[^:]+:[^:]+$/;
