import { formSource } from './form.ts';
import { NotOffered, type Protocol, type WireRequest } from './service.ts';
import { membersText, type XmlStyle } from './xml.ts';
import { errorXml } from './xml-error.ts';

/** The form protocol: `Action=…` in, XML out. */
export function queryProtocol({
  namespace,
  constraint = 'ValidationError',
}: {
  namespace: string;
  constraint?: string;
}): Protocol {
  return {
    title: 'form in, XML out',
    codes: { unreadable: 'MalformedQueryString', constraint },

    speaks: ({ method, query, headers }) =>
      method === 'GET' ? query.has('Action') : isForm(headers['content-type'] ?? ''),

    asked(request, { operations }) {
      const { action = 'a request without Action', source } = formSource(parameters(request));
      if (!Object.hasOwn(operations, action)) throw new NotOffered(action);
      return { operation: action, source: () => source };
    },

    answer(operation, output, { service, requestId }) {
      const style: XmlStyle = { item: () => 'member', timestamps: service.timestamps };
      const result = output === undefined ? '' : membersText(output as object, style);
      return {
        status: 200,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body:
          `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result>` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
      };
    },

    refusal: (error, { requestId }) => errorXml(error, requestId, namespace),
  };
}

function isForm(contentType: string): boolean {
  return contentType.startsWith('application/x-www-form-urlencoded');
}

function parameters({ method, query, body }: WireRequest): string {
  return method === 'GET' ? query.toString() : body.toString('utf8');
}
