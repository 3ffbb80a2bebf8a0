/** Where the stage stands in a name of the template: serverless.yml's own variables fill it in. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is not filled in here
export const SLS_STAGE = '${sls:stage}';
