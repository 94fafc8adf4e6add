// Rules for the page. The syntax is that of the oldest supported browsers (Safari 14 knows no class fields, so ES2021),
// and `compat` refuses what the browsers of package.json's "browserslist" do not have.
import compat from "eslint-plugin-compat";

const TEXT_ONLY = "Text reaches the page as text only: use textContent or append.";

export default [
  { ignores: ["web/vendor/", ".venv/", "target/", "dist/"] },
  {
    files: ["web/**/*.js"],
    ...compat.configs["flat/recommended"],
    languageOptions: { ecmaVersion: 2021, sourceType: "module" },
  },
  {
    files: ["web/**/*.js", "tests/web/**/*.js", "*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "consistent-return": "error",
      eqeqeq: "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-shadow": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["web/**/*.js"],
    rules: {
      // The one-file report turns each module into a blob URL by its import statements; these two have none.
      "no-restricted-syntax": ["error", "ImportExpression", "MetaProperty"],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: TEXT_ONLY })),
        { object: "document", property: "write", message: TEXT_ONLY },
        { object: "Math", property: "random", message: "The page invents no number." },
      ],
    },
  },
];
