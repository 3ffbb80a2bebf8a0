// What the build tells serverless.yml, for a clone in which nothing was built yet.
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

let isBuilt = false;

function from(file) {
  return () => {
    if (!isBuilt) execFileSync(process.execPath, [join(__dirname, 'build.ts')], { stdio: 'inherit' });
    isBuilt = true;
    return JSON.parse(readFileSync(join(__dirname, '../dist', file), 'utf8'));
  };
}

module.exports = {
  functions: from('functions.json'),
  resources: from('resources.json'),
  substitutions: from('substitutions.json'),
  called: from('called.json'),
  drillSubstitutions: from('drill-substitutions.json'),
  drillCalled: from('drill-called.json'),
  answerSubstitutions: from('answer-substitutions.json'),
  answerCalled: from('answer-called.json'),
};
