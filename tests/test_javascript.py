"""What holds the JavaScript together: all of it is checked, served and imported from files."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.browser_files import ENGINE_STYLES, browser_files
from tests.javascript import NODE, ROOT, JavaScriptFile, JavaScriptTestError

APP = ROOT / "app"
TYPE_CHECKER = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
SCRIPTS = sorted(APP.rglob("*.js"))
IMPORTED = re.compile(r"""^import\s(?:[^"';]*?\sfrom\s)?"([^"]+)"$""", re.MULTILINE)
STYLE_SHEET = re.compile(r'new URL\("([^"]+)", import\.meta\.url\)')
UNCHECKED = re.compile(r"@ts-(nocheck|ignore|expect-error)|(oxlint|eslint)-disable")


def name(path: Path) -> str:
    return path.relative_to(APP).as_posix()


@pytest.fixture(scope="session")
def type_checker() -> Path:
    if TYPE_CHECKER.is_file():
        return TYPE_CHECKER
    message = "The type checker of the JavaScript is missing. `make lint` installs it."
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def check_types(type_checker: Path, folder: Path, *options: str) -> subprocess.CompletedProcess:
    command = [NODE, type_checker, "--project", folder, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [NODE.with_name("oxlint"), "--deny-warnings", "app"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the JavaScript with the settings of its checks."""
    for path in (*SCRIPTS, *APP.rglob("*.d.ts")):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for settings in ("tsconfig.json", ".oxlintrc.json"):
        shutil.copy(ROOT / settings, tmp_path)
    return tmp_path


def test_make_lint_checks_types_and_style():
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", "lint"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "/oxlint --deny-warnings\n" in told
    assert re.search(r"/node \S+/tsc --project \.\n", told)
    assert "npm ci" in told


def test_every_script_is_type_checked(type_checker):
    listed = check_types(type_checker, ROOT, "--listFilesOnly").stdout.splitlines()
    assert {str(path) for path in SCRIPTS} <= set(listed)
    settings = json.loads((ROOT / "tsconfig.json").read_text())["compilerOptions"]
    assert settings["checkJs"]
    assert settings["strict"]


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_script_turns_a_check_off(path):
    assert not UNCHECKED.search(path.read_text())


def append(copy: Path, script: str, line: str) -> None:
    path = copy / "app" / script
    path.write_text(f"{path.read_text()}\n{line}\n")


def test_a_type_error_in_any_script_is_found(type_checker, copy):
    for path in SCRIPTS:
        append(copy, name(path), "Math.max('one')")
    done = check_types(type_checker, copy)
    assert done.returncode
    assert sorted(re.findall(r"^app/(\S+?)\(.*error TS2345", done.stdout, re.MULTILINE)) == [
        name(path) for path in SCRIPTS
    ]


def test_what_the_types_forbid(type_checker, copy):
    """State on the window, and data that the server does not send."""
    append(copy, "charts/chart.js", "window.dynasState = new Map()")
    append(copy, "charts/steps.js", "globalThis.dynasState = 1")
    script = copy / "app" / "tables" / "table.js"
    script.write_text(script.read_text().replace("row.remarks[i]", "row.notes[i]"))
    told = check_types(type_checker, copy).stdout
    assert "'dynasState' does not exist on type 'Window" in told
    assert "'typeof globalThis' has no index signature" in told
    assert "'notes' does not exist on type 'TableRow'" in told


def test_the_linter_finds_what_it_is_for(copy):
    assert lint(copy).returncode == 0
    append(copy, "charts/steps.js", "var x = 1\nexport { x }")
    append(copy, "charts/run_growth.js", "export const same = (a, b) => a == b")
    append(copy, "live/facts.js", "debugger")
    append(copy, "tables/table.js", "export const it = notDefinedAnywhere")
    done = lint(copy)
    assert done.returncode
    for rule in ("no-var", "eqeqeq", "no-debugger", "no-undef"):
        assert rule in done.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_what_a_script_imports_is_served(path):
    text = path.read_text()
    for address in (*IMPORTED.findall(text), *STYLE_SHEET.findall(text)):
        relative = address if address.startswith(".") else f"./{address}"
        target = (path.parent / relative).resolve()
        assert target.is_relative_to(APP)
        assert name(target) in browser_files()
    assert len(IMPORTED.findall(text)) == len(re.findall(r"^import\b", text, re.MULTILINE))


def test_every_script_is_used_and_loaded_once():
    """What no other script imports is the module of a component."""
    imported = {
        name((path.parent / address).resolve())
        for path in SCRIPTS
        for address in IMPORTED.findall(path.read_text())
    }
    declared = {
        found
        for path in APP.rglob("*.py")
        for found in re.findall(r'module="([^"]+)"', path.read_text())
    }
    scripts = {name(path) for path in SCRIPTS}
    assert declared <= scripts
    assert scripts == {*declared, *imported} - {ENGINE_STYLES}
    assert not declared & imported


def test_what_the_engine_says_of_colours_is_as_its_types_say(tmp_path):
    module = tmp_path / "engine_styles.mjs"
    module.write_bytes(browser_files()[ENGINE_STYLES])
    script = f"import * as styles from '{module}'; console.log(JSON.stringify(styles))"
    told = subprocess.run(
        [NODE, "--input-type=module", "--eval", script], capture_output=True, check=True
    ).stdout
    styles = json.loads(told)
    declared = (APP / ENGINE_STYLES).with_suffix(".d.ts").read_text()
    assert set(re.findall(r"export const (\w+)", declared)) == set(styles)
    assert styles["FIGURE_COLOURS"]["front"][0] == "#c2410c"
    assert set(styles["PUBLISHED_STYLE"]) == {"theme", "layout", "axis", "marker"}


def test_no_address_of_a_registry_is_in_the_list_of_packages():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [package for package in packages.values() if "resolved" in package]
    assert all("integrity" in package for path, package in packages.items() if path)


def test_a_test_in_javascript_that_fails_is_a_test_that_fails(tmp_path, request):
    test = tmp_path / "steps.test.js"
    lines = (ROOT / "tests" / "app" / "charts" / "steps.test.js").read_text()
    test.write_text(lines.replace("../../../app", str(APP)))
    (item,) = JavaScriptFile.from_parent(request.session, path=test).collect()
    item.runtest()
    test.write_text(test.read_text().replace("null)", "7)"))
    with pytest.raises(JavaScriptTestError, match="there is none before the first step"):
        item.runtest()
