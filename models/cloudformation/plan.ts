/** What a template would make in this account, and how that differs from what the stack has. Nothing is changed here. */
import type { Account } from '../sts.ts';
import { identityOf, namingProperty, type Place, type Properties, pseudoParameters } from './identities.ts';
import { type Names, resolved } from './intrinsics.ts';
import { checkProperties, type Made, type ResourceType } from './resource-type.ts';
import { inOrder, madeHere, type Resource, type Template, validation } from './template.ts';

export interface Goal {
  /** In the order in which they are made. */
  readonly resources: readonly (Made & Pick<Resource, 'DeletionPolicy' | 'UpdateReplacePolicy'>)[];
  readonly outputs: readonly { OutputKey: string; OutputValue: string; Description?: string; ExportName?: string }[];
}

export type GoalResource = Goal['resources'][number];

export type Change =
  | { readonly action: 'Add'; readonly resource: GoalResource }
  | { readonly action: 'Remove'; readonly resource: GoalResource }
  | {
      readonly action: 'Modify';
      readonly resource: GoalResource;
      readonly before: GoalResource;
      /** Its name changed: another one is made, then the first is removed. */
      readonly replacement: boolean;
    };

export function goalOf(
  template: Template,
  parameters: Readonly<Record<string, string>>,
  types: Readonly<Record<string, ResourceType>>,
  stack: Account & { stackName: string; stackId: string; nameFor: Place['nameFor'] },
): Goal {
  const pseudo: Readonly<Record<string, string>> = {
    ...pseudoParameters(stack),
    'AWS::StackName': stack.stackName,
    'AWS::StackId': stack.stackId,
  };
  const made = new Map<string, GoalResource>();
  const names: Names = {
    ref: (name) => pseudo[name] ?? parameters[name] ?? madeCalled(name).identity.ref,
    attribute: (logicalId, attribute) => {
      const value = madeCalled(logicalId).identity.attributes[attribute];
      if (value !== undefined) return value;
      throw validation(
        `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    },
  };
  const here = madeHere(template, names);
  const madeCalled = (logicalId: string): Made => {
    const found = made.get(logicalId);
    if (found !== undefined) return found;
    throw validation(`Template format error: Unresolved resource dependencies [${logicalId}] in the template`);
  };
  for (const logicalId of inOrder(here)) {
    const { Type: type, Properties: given, DeletionPolicy, UpdateReplacePolicy } = here[logicalId] as Resource;
    const properties = resolved(given, names) as Properties;
    const identity = identityOf(type, logicalId, properties, stack);
    const kind = types[type];
    if (kind === undefined) throw new Error(`${type} has a name and nobody who makes it`);
    checkProperties(logicalId, type, kind, properties);
    made.set(logicalId, {
      ...{ logicalId, type, identity, properties },
      ...(DeletionPolicy === undefined ? {} : { DeletionPolicy }),
      ...(UpdateReplacePolicy === undefined ? {} : { UpdateReplacePolicy }),
    });
  }
  const outputs = Object.entries(template.outputs).map(([OutputKey, { Value, Description, Export }]) => ({
    OutputKey,
    OutputValue: String(resolved(Value, names)),
    ...(Description === undefined ? {} : { Description }),
    ...(Export === undefined ? {} : { ExportName: String(resolved(Export.Name, names)) }),
  }));
  return { resources: [...made.values()], outputs };
}

/** In the order in which they are done: what is added and modified first, then what goes, the last made first. */
export function changesBetween(before: Goal | undefined, goal: Goal): Change[] {
  const old = new Map(before?.resources.map((one) => [one.logicalId, one]));
  const wanted = new Set(goal.resources.map(({ logicalId }) => logicalId));
  const made = goal.resources.flatMap((resource): Change[] => {
    const was = old.get(resource.logicalId);
    if (was === undefined) return [{ action: 'Add', resource }];
    if (was.type !== resource.type) {
      const { logicalId } = resource;
      throw validation(
        `Update of resource type is not permitted. The new template modifies resource type of [${logicalId}]`,
      );
    }
    if (written(was) === written(resource)) return [];
    return [{ action: 'Modify', resource, before: was, replacement: isAnother(was, resource) }];
  });
  const gone = [...old.values()].reverse().filter(({ logicalId }) => !wanted.has(logicalId));
  return [...made, ...gone.map((resource): Change => ({ action: 'Remove', resource }))];
}

function written({ properties, DeletionPolicy, UpdateReplacePolicy }: GoalResource): string {
  return JSON.stringify([properties, DeletionPolicy, UpdateReplacePolicy]);
}

function isAnother(was: Made, now: Made): boolean {
  const name = namingProperty(now.type);
  return name !== undefined && was.properties[name] !== now.properties[name];
}
