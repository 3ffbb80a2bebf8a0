// Builds before serverless packs: what is deployed is what stands in the sources now.
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

// What serverless.yml had read when this run began.
const READ = [
  'functions.json',
  'resources.json',
  'substitutions.json',
  'called.json',
  'drill-substitutions.json',
  'drill-called.json',
  'answer-substitutions.json',
  'answer-called.json',
];

module.exports = class ThrowoverBuild {
  constructor(serverless) {
    const folder = serverless.serviceDir;
    const dist = () => READ.map((file) => textOf(join(folder, 'dist', file))).join();
    // The first stack that serverless makes has its bucket and nothing else, and CloudFormation refuses values for parameters
    // that a template does not have.
    let parameters;
    this.hooks = {
      'before:aws:deploy:deploy:createStack': () => {
        parameters = serverless.service.provider.stackParameters;
        delete serverless.service.provider.stackParameters;
      },
      'after:aws:deploy:deploy:createStack': () => {
        serverless.service.provider.stackParameters = parameters;
      },
      'before:package:createDeploymentArtifacts': () => {
        const before = dist();
        execFileSync(process.execPath, [join(folder, 'scripts/build.ts')], { cwd: folder, stdio: 'inherit' });
        if (dist() !== before) {
          throw new Error(
            'dist/ was older than functions/list.ts or throwover.yaml. It is new now: run the command again.',
          );
        }
      },
    };
  }
};

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
