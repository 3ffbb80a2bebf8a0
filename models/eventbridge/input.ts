/** What a target receives of an event: all of it, a constant, or what its InputTransformer makes of it. */
import { validation } from './rule.ts';

/** Source: EventBridge user guide, "Input transformation": strings stand bare, other values as JSON, what is absent is empty. */
export function inputOf(
  {
    Input,
    InputTransformer,
  }: {
    Input?: string | undefined;
    InputTransformer?: { InputPathsMap?: Readonly<Record<string, string>>; InputTemplate: string } | undefined;
  },
  event: unknown,
): unknown {
  if (InputTransformer === undefined) return Input === undefined ? event : JSON.parse(Input);
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const text = InputTemplate.replace(/<([\w-]+)>/g, (_, name: string) => {
    const path = InputPathsMap[name];
    if (path === undefined)
      throw validation(`Invalid InputTemplate for target: <${name}> is not in its InputPathsMap.`);
    const value = at(path, event);
    if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
    return value === undefined ? '' : JSON.stringify(value);
  });
  return JSON.parse(text);
}

/** `$.detail.text`: members only. */
function at(path: string, event: unknown): unknown {
  const [root, ...members] = path.split('.');
  if (root !== '$') throw validation(`Invalid InputPath ${path}.`);
  return members.reduce<unknown>(
    (value, member) => (typeof value === 'object' && value !== null ? value[member as keyof typeof value] : undefined),
    event,
  );
}
