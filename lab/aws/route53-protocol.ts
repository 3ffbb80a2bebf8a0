import { RestSource, routed } from './rest.ts';
import type { Protocol } from './service.ts';
import { Unreadable } from './shape.ts';
import { membersText, parseXml, XmlSource, type XmlStyle } from './xml.ts';
import { errorXml } from './xml-error.ts';

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';

/** REST with XML as Route 53 speaks it. Its words for broken bodies come from reports of what it answered. */
export const route53Protocol: Protocol = {
  title: 'REST with XML, `/2013-04-01/`',
  codes: { unreadable: 'MalformedInput', constraint: 'InvalidInput' },

  speaks: ({ path }) => path.startsWith('/2013-04-01/'),

  asked(request, service) {
    const { name, fields } = routed(request, service);
    const source = () => {
      if (request.method !== 'POST') return new RestSource(fields, undefined);
      const root = parseXml(request.body.toString('utf8'));
      const expected = `${name}Request`;
      if (root.name !== expected) throw new Unreadable(`${root.name} is not valid, expected ${expected}`);
      return new RestSource(fields, new XmlSource(root));
    };
    return { operation: name, source };
  },

  answer(operation, output, { service, requestId }) {
    const style: XmlStyle = { item: (list) => list.slice(0, -1), timestamps: service.timestamps };
    const inside = membersText(output as object, style);
    return {
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: `<?xml version="1.0"?>\n<${operation}Response xmlns="${NAMESPACE}">${inside}</${operation}Response>`,
    };
  },

  refusal: (error, { requestId }) => errorXml(error, requestId, NAMESPACE),
};
