/** What settings are made of: names, paths, times, each refused with what it should have been. */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());

/** A schema with the sentence the reference shows for it. */
export function described<T extends z.ZodMiniType>(schema: T, description: string, limits: object = {}): T {
  z.globalRegistry.add(schema, { description, ...limits });
  return schema;
}

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const isLabel = new RegExp(`^${label}$`);
const isDnsName = new RegExp(`^(?=.{1,253}$)${label}(\\.${label})+$`);

const isAddress = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/;

export const dnsName = () =>
  z.string().check(z.regex(isDnsName, 'a DNS name in lower case, without a dot at its end, as in shop.example.com'));
export const name = () =>
  z
    .string()
    .check(z.regex(isLabel, 'lower-case letters, digits and hyphens, at most 63 (it becomes part of a DNS name)'));
export const path = () => z.string().check(z.regex(/^\/[!-~]*$/, 'a path that begins with / and has no spaces'));
export const zoneId = () =>
  z
    .string()
    .check(z.regex(/^Z[A-Z0-9]{1,31}$/, 'a hosted zone id as Route 53 shows it, without /hostedzone/, as in Z0ABC123'));
export const port = () => z.int().check(z.minimum(1), z.maximum(65_535));
export const seconds = (min: number, max = 86_400) => z.int().check(z.minimum(min), z.maximum(max));
export const fraction = () => z.number().check(z.minimum(0), z.maximum(1));
export const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
/** @param as says what it should have been */
export const address = (as: string) => z.string().check(z.regex(isAddress, as));
