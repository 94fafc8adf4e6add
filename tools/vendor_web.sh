#!/bin/sh
# Writes web/vendor: Chart.js as one module in the syntax of the oldest browsers supported, and the page's typeface.
# esbuild holds destructuring to be missing in Safari 14 because of a bug in one rare form, and cannot rewrite it: hence
# --supported. Needs `npm ci` before; the results are committed, so that nobody else needs Node.
set -eu
cd "$(dirname "$0")/.."
chart=node_modules/chart.js
font=node_modules/@fontsource-variable/inter
version=$(node -p "require('./$chart/package.json').version")
mkdir -p web/vendor
npx esbuild "$chart/auto/auto.js" --bundle --format=esm --minify --legal-comments=none \
  --target=chrome88,edge88,firefox85,safari14 --supported:destructuring=true --outfile=web/vendor/chart.js \
  --banner:js="/* Chart.js $version, MIT licence: chart.licence.txt. Bundled by tools/vendor_web.sh. */"
{ cat "$chart/LICENSE.md"; printf '\n@kurkle/color\n\n'; cat node_modules/@kurkle/color/LICENSE.md; } > web/vendor/chart.licence.txt
cp "$font/files/inter-latin-wght-normal.woff2" web/vendor/inter.woff2
cp "$font/LICENSE" web/vendor/inter.licence.txt
