"""All JavaScript is type checked, linted, served and imported."""

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
IMPORT_PATTERN = re.compile(r"""^import\s(?:[^"';]*?\sfrom\s)?"([^"]+)"$""", re.MULTILINE)
STYLE_SHEET_PATTERN = re.compile(r'new URL\("([^"]+)", import\.meta\.url\)')
DISABLED_CHECK_PATTERN = re.compile(r"@ts-(nocheck|ignore|expect-error)|(oxlint|eslint)-disable")


def relative_name(path: Path) -> str:
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
def source_copy(tmp_path: Path) -> Path:
    """A copy of the JavaScript with the settings of the type checker and the linter."""
    for path in (*SCRIPTS, *APP.rglob("*.d.ts")):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for settings in ("tsconfig.json", ".oxlintrc.json"):
        shutil.copy(ROOT / settings, tmp_path)
    return tmp_path


def test_make_lint_checks_types_and_style():
    commands = subprocess.run(
        ["make", "--dry-run", "--always-make", "lint"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "/oxlint --deny-warnings\n" in commands
    assert re.search(r"/node \S+/tsc --project \.\n", commands)
    assert "npm ci" in commands


def test_every_script_is_type_checked(type_checker):
    checked_files = check_types(type_checker, ROOT, "--listFilesOnly").stdout.splitlines()
    assert {str(path) for path in SCRIPTS} <= set(checked_files)
    settings = json.loads((ROOT / "tsconfig.json").read_text())["compilerOptions"]
    assert settings["checkJs"]
    assert settings["strict"]


@pytest.mark.parametrize("path", SCRIPTS, ids=relative_name)
def test_no_script_disables_a_check(path):
    assert not DISABLED_CHECK_PATTERN.search(path.read_text())


def append_line(folder: Path, script: str, line: str) -> None:
    path = folder / "app" / script
    path.write_text(f"{path.read_text()}\n{line}\n")


def test_type_errors_are_reported_for_every_script(type_checker, source_copy):
    for path in SCRIPTS:
        append_line(source_copy, relative_name(path), "Math.max('one')")
    result = check_types(type_checker, source_copy)
    assert result.returncode
    assert sorted(re.findall(r"^app/(\S+?)\(.*error TS2345", result.stdout, re.MULTILINE)) == [
        relative_name(path) for path in SCRIPTS
    ]


def test_types_forbid_global_state_and_unknown_data(type_checker, source_copy):
    """State on the window and fields that the server does not send are type errors."""
    append_line(source_copy, "charts/chart.js", "window.dynasState = new Map()")
    append_line(source_copy, "charts/steps.js", "globalThis.dynasState = 1")
    script = source_copy / "app" / "tables" / "table.js"
    script.write_text(script.read_text().replace("row.notes[i]", "row.remarks[i]"))
    output = check_types(type_checker, source_copy).stdout
    assert "'dynasState' does not exist on type 'Window" in output
    assert "'typeof globalThis' has no index signature" in output
    assert "'remarks' does not exist on type 'TableRow'" in output


def test_the_linter_reports_rule_violations(source_copy):
    assert lint(source_copy).returncode == 0
    append_line(source_copy, "charts/steps.js", "var x = 1\nexport { x }")
    append_line(source_copy, "charts/run_progress.js", "export const same = (a, b) => a == b")
    append_line(source_copy, "live/facts.js", "debugger")
    append_line(source_copy, "tables/table.js", "export const it = notDefinedAnywhere")
    result = lint(source_copy)
    assert result.returncode
    for rule in ("no-var", "eqeqeq", "no-debugger", "no-undef"):
        assert rule in result.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=relative_name)
def test_imports_of_a_script_are_served(path):
    text = path.read_text()
    for address in (*IMPORT_PATTERN.findall(text), *STYLE_SHEET_PATTERN.findall(text)):
        relative = address if address.startswith(".") else f"./{address}"
        target = (path.parent / relative).resolve()
        assert target.is_relative_to(APP)
        assert relative_name(target) in browser_files()
    assert len(IMPORT_PATTERN.findall(text)) == len(re.findall(r"^import\b", text, re.MULTILINE))


def test_every_script_is_used_and_loaded_once():
    """A script is imported by another one, the module of one component, or named by a page."""
    imported = {
        relative_name((path.parent / address).resolve())
        for path in SCRIPTS
        for address in IMPORT_PATTERN.findall(path.read_text())
    }
    component_modules = {
        module
        for path in APP.rglob("*.py")
        for module in re.findall(r'module="([^"]+)"', path.read_text())
    }
    of_pages = {
        module
        for path in APP.rglob("*.py")
        for module in re.findall(r"file_url\([\"']([\w/.]+)[\"']\)", path.read_text())
    }
    scripts = {relative_name(path) for path in SCRIPTS}
    assert component_modules <= scripts
    assert scripts == {*component_modules, *imported, *of_pages} - {ENGINE_STYLES}
    assert not component_modules & imported


def test_engine_styles_match_their_type_declarations(tmp_path):
    module = tmp_path / "engine_styles.mjs"
    module.write_bytes(browser_files()[ENGINE_STYLES])
    script = f"import * as styles from '{module}'; console.log(JSON.stringify(styles))"
    output = subprocess.run(
        [NODE, "--input-type=module", "--eval", script], capture_output=True, check=True
    ).stdout
    styles = json.loads(output)
    declarations = (APP / ENGINE_STYLES).with_suffix(".d.ts").read_text()
    assert set(re.findall(r"export const (\w+)", declarations)) == set(styles)
    assert styles["FIGURE_COLOURS"]["front"][0] == "#c2410c"
    assert set(styles["PUBLISHED_STYLE"]) == {"theme", "layout", "axis", "marker"}


def test_package_lock_has_no_registry_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [package for package in packages.values() if "resolved" in package]
    assert all("integrity" in package for path, package in packages.items() if path)


def test_a_failing_javascript_test_fails_in_pytest(tmp_path, request):
    test_file = tmp_path / "steps.test.js"
    test_source = (ROOT / "tests" / "app" / "charts" / "steps.test.js").read_text()
    test_file.write_text(test_source.replace("../../../app", str(APP)))
    (item,) = JavaScriptFile.from_parent(request.session, path=test_file).collect()
    item.runtest()
    test_file.write_text(test_file.read_text().replace("null)", "7)"))
    with pytest.raises(JavaScriptTestError, match="there is none before the first step"):
        item.runtest()
