"""Modules of the page as one script in one file, opened in a real Chromium without a server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipegen.errors import PipeGenError
from pipegen.outputs import bundle_modules, find_web_folder
from tests.dashboard.browser import Watched

POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'"


def write(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        file = folder / f"{name.replace('__', '/')}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    return folder


def one_file(folder: Path, script: str) -> str:
    page = folder / "page.html"
    meta = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page.write_text(f"<!doctype html>{meta}<script>{script}</script><div id='page'></div>", encoding="utf-8")
    return page.as_uri()


@pytest.mark.browser
def test_one_file_runs_its_modules_without_a_server_and_shares_those_imported_twice(
    tmp_path: Path, browser: Browser
) -> None:
    write(
        tmp_path,
        main=(
            'import { left } from "./parts/left.js";\nimport {\n  right,\n} from "./parts/right.js";\n'
            'import "./parts/last.js";\n'
            "document.getElementById('page').textContent = `${left()} ${right()} ${window.last}`;\n"
        ),
        parts__left='import { count } from "../count.js";\nexport const left = () => `links: ${count()}`;\n',
        parts__right="import * as count from '../count.js';\n"
        "export const right = () => `</script> ü\u2028 ${count.count()}`;\n",
        parts__last='window.last = "<!-- <script>";\n',
        count='let at = 0;\nexport function count() {\n  at += 1; // "./not.js" is no import\n  return at;\n}\n',
    )
    page = Watched(browser.new_page(), one_file(tmp_path, bundle_modules(tmp_path, "main.js")))
    page.wait_for_text("#page", "links")
    assert page.text("#page") == "links: 1 </script> ü\u2028 2 <!-- <script>"
    assert page.complaints == []
    page.page.close()


@pytest.mark.browser
def test_the_whole_view_of_the_dashboard_runs_from_one_file(tmp_path: Path, browser: Browser) -> None:
    shutil.copytree(find_web_folder(), tmp_path, dirs_exist_ok=True)
    write(
        tmp_path,
        alone=(
            'import { createPage } from "./view/page.js";\n'
            "const chosen = new Map();\nconst memory = { get: (key) => chosen.get(key) || null, set() {} };\n"
            "createPage(document.getElementById('page'), {\n"
            "  onPause() {}, onTheme() {}, memory, percentiles: () => Promise.resolve([]),\n});\n"
        ),
    )
    page = Watched(browser.new_page(), one_file(tmp_path, bundle_modules(tmp_path, "alone.js")))
    page.page.locator("#page header").wait_for()
    assert page.complaints == []
    page.page.close()


def test_modules_that_import_each_other_in_a_circle_are_refused_with_the_circle(tmp_path: Path) -> None:
    write(tmp_path, a='import "./b.js";\n', b='export { c } from "./c.js";\n', c='import "./a.js";\n')
    with pytest.raises(PipeGenError, match=r"a\.js → b\.js → c\.js → a\.js"):
        bundle_modules(tmp_path, "a.js")


def test_a_missing_module_is_named(tmp_path: Path) -> None:
    write(tmp_path, a='import "./gone.js";\n')
    with pytest.raises(PipeGenError, match=r"gone\.js"):
        bundle_modules(tmp_path, "a.js")


def test_a_module_is_in_the_file_from_its_first_character_to_its_last(tmp_path: Path) -> None:
    write(tmp_path, a='let b = 1; // "last"\nimport "./c.js";\nb += 1;', c="export const c = 1;")
    script = bundle_modules(tmp_path, "a.js")
    assert script.endswith(
        r"""([["export const c = 1;"],["let b = 1; // \"last\"\nimport ",0,";\nb += 1;"]]);""" + "\n"
    )
