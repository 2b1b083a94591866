"""The habits of the house, read from the code itself: which way imports point, who commits, who guards what.

It looks at directions and doors, never at sizes.
"""

import ast
import re
from functools import cache, wraps
from pathlib import Path

from portal.features import FEATURES

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "portal").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
GUARDS = {"public", "signed_in", "staff", "open_to_machines"}
READING = ("build", "get_", "find_", "list_", "count_")  # a service may offer what it reads
CHINESE = re.compile(r"[\u3400-\u9fff]")
INNER = ("models", "states", "policy", "queries", "service", "events")  # work without a request
DOORS = ("views", "api", "forms")
# Chinese in a string of code: words of the language itself, or data of a place; never a sentence for a reader.
CHINESE_IS_DATA = {
    "text/terms.py": "stop words",
    "web/language.py": "the name of the language in itself",
    "web/context.py": "how a date is written",
    "web/gallery.py": "samples of what people write",
    "places/loading.py": "how names of places are formed",
    "places/romanise.py": "how names of places are formed",
    "places/names.py": "kinds of places at the ends of their names",
    "units/service.py": "how names of authorities are formed",
    "spaces/defaults.py": "names of bodies that decide",
    "proposals/service/versions.py": "words that make a change of the text a material one",
    "patrols/privacy.py": "words that tell a person's data",
}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT / "portal"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def part(path: Path) -> str:
    """service for cases/service.py and cases/service/moves.py; empty outside the features."""
    inside = path.relative_to(ROOT / "portal").parts
    return inside[1].removesuffix(".py") if len(inside) > 1 and inside[0] in FEATURES else ""


def imported(module: ast.Module) -> set[str]:
    """Everything a module imports, as dotted names, with what is taken from it."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def every(things):
    """One test for all of these modules, views or templates, which tells everything that is wrong with any."""

    def decorate(check):
        @wraps(check)
        def test():
            wrong = []
            for thing in things:
                try:
                    check(thing)
                except AssertionError as problem:
                    where = thing if isinstance(thing, Path) else f"{thing[0]}:{thing[1].name}"
                    wrong.append(f"{str(where).removeprefix(f'{ROOT}/')}: {problem}")
            assert not wrong, "\n".join(wrong)

        del test.__wrapped__  # else it would be asked for the argument
        return test

    return decorate


def those(*parts: str) -> list[Path]:
    return [path for path in MODULES if part(path) in parts]


def brings(names: set[str], *packages: str) -> set[str]:
    return {name for name in names if any(name == p or name.startswith(p + ".") for p in packages)}


@every(those(*INNER))
def test_rules_and_services_know_no_request(path):
    assert not brings(imported(tree(path)), "flask", "flask_login", "flask_babel", "flask_wtf", "wtforms", "portal.web.forms",
                      "portal.web.guards"), "belongs in a view or a form"  # fmt: skip


@every(those("policy", "states"))
def test_policies_and_life_cycles_ask_no_database(path):
    found = brings(imported(tree(path)), "sqlalchemy", "portal.db")
    assert not found, "pass in what the rule needs to know"


@every(those("models", "policy", "states", "events", "queries"))
def test_imports_inside_a_feature_go_down_the_table(path):
    above = {"models": ("policy", "queries", "service", "views"), "states": ("policy", "queries", "service", "views"),
             "policy": ("queries", "service", "forms", "views"), "events": ("models", "queries", "service", "views"),
             "queries": ("service", "forms", "views")}[part(path)]  # fmt: skip
    feature = path.relative_to(ROOT / "portal").parts[0]
    assert not brings(imported(tree(path)), *(f"portal.{feature}.{name}" for name in above))


@every(MODULES)
def test_nobody_imports_a_job(path):
    inside = path.relative_to(ROOT / "portal").parts
    for name in imported(tree(path)):
        feature, _, rest = name.removeprefix("portal.").partition(".")
        if feature in FEATURES and rest.split(".")[0] == "jobs":
            assert inside[0] == feature and inside[1].removesuffix(".py") == rest.split(".")[0], (
                f"{short(path)} imports {name}"
            )


def _is_session(node) -> bool:
    if isinstance(node, ast.Call):
        return _is_session(node.func)
    name = getattr(node, "attr", None) or getattr(node, "id", "")
    return name.lower() in ("session", "db_session")


@every(those(*DOORS))
def test_doors_do_not_write(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            writes = node.func.attr in ("add", "add_all", "delete", "flush", "merge") and _is_session(node.func.value)
            assert not writes, f"line {node.lineno}: a view never writes"
        name = getattr(node, "attr", None) or getattr(node, "id", None)
        assert name != "transaction", f"line {node.lineno}: transactions belong to services"


@every([p for p in MODULES if short(p) != "db.py"])
def test_only_db_commits(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert not (node.func.attr == "commit" and _is_session(node.func.value)), f"line {node.lineno}"


def test_only_the_rich_text_module_imports_bleach():
    assert [short(p) for p in MODULES if brings(imported(tree(p)), "bleach")] == ["text/richtext.py"]


def test_the_web_process_imports_nothing_heavy():
    """What only commands and the worker need is imported where it is needed."""
    for path in MODULES:
        if part(path) not in ("cli", "romanise") and not short(path).startswith(("demo/", "imports/", "operations/")):
            top = ast.Module([n for n in tree(path).body if isinstance(n, ast.Import | ast.ImportFrom)], [])
            assert not brings(imported(top), "pypinyin", "sklearn", "openpyxl", "alembic"), short(path)


@every(MODULES)
def test_code_speaks_english_and_is_finished(path):
    text = path.read_text()
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)
    if short(path) in CHINESE_IS_DATA or short(path).startswith(("demo/", "imports/")):
        return
    module = tree(path)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and "\\u" not in repr(node.value)
        ):
            found = CHINESE.search(node.value)
            assert not found or len(node.value) <= 1, (
                f"line {node.lineno}: {node.value[:40]!r} belongs into the catalogue"
            )


# Views


def views():
    """Every view function of the code with its module: (path, function, methods)."""
    for path in MODULES:
        if part(path) not in ("views", "api") and short(path).split("/")[0] not in ("web", "demo"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and (methods := _methods(node)):
                yield path, node, methods


def _methods(function: ast.FunctionDef) -> set[str]:
    found: set[str] = set()
    for decorator in function.decorator_list:
        if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
            continue
        if decorator.func.attr in ("get", "post", "put", "delete", "patch"):
            found.add(decorator.func.attr.upper())
        elif decorator.func.attr == "route":
            given = next((k.value for k in decorator.keywords if k.arg == "methods"), None)
            found |= {m.value for m in given.elts} if given is not None else {"GET"}
    return found


@every(list(views()))
def test_a_view_wears_exactly_one_guard(view):
    _path, function, _methods = view
    worn = [d.id for d in function.decorator_list if isinstance(d, ast.Name) and d.id in GUARDS]
    assert len(worn) == 1, f"guards: {worn}"


@every(list(views()))
def test_reading_a_page_never_calls_a_service(view):
    """A GET never writes: what changes something is called for a POST only."""
    _path, function, methods = view
    calls = list(_service_calls(function, under_condition=False)) if "GET" in methods else []
    assert not calls, f"line {calls[0].lineno}: service.{calls[0].func.attr} may run for a GET"


def _service_calls(node, under_condition: bool):
    for child in ast.iter_child_nodes(node):
        inside = under_condition
        if isinstance(node, ast.If) and child in node.body:
            words = ast.unparse(node.test)
            inside = inside or "submitted()" in words or "POST" in words
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
            called = child.func.value
            reads = child.func.attr.startswith(READING)
            if isinstance(called, ast.Name) and called.id == "service" and not inside and not reads:
                yield child
        yield from _service_calls(child, inside)


def test_every_address_is_guarded(_app):
    for rule in _app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert getattr(_app.view_functions[rule.endpoint], "guard", None), f"{rule.rule} has no guard"


def test_verbs_are_nouns(_app):
    """POST /proposals/<id>/seconds, never /proposals/<id>/second: the last word of a POST is a thing."""
    verbs = {"second", "vote", "create", "delete", "update", "edit", "submit", "close", "approve", "report"}
    for rule in _app.url_map.iter_rules():
        if rule.methods and rule.methods & {"POST", "PUT", "DELETE"} and "GET" not in rule.methods:
            assert rule.rule.rstrip("/").rsplit("/", 1)[-1] not in verbs, rule.rule


# Templates


def _without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


@every(TEMPLATES)
def test_templates_hold_no_chinese_and_include_nothing_in_a_loop(path):
    text = _without_comments(path)
    found = None if path.parent.name == "gallery" else CHINESE.search(text)
    assert not found, f"{text[max(0, found.start() - 20) : found.end() + 20]!r} belongs into the catalogue"
    depth = 0
    for tag in re.findall(r"\{%-?\s*(for|endfor|include)\b", text):
        depth += {"for": 1, "endfor": -1}.get(tag, 0)
        assert not (tag == "include" and depth), "an include in a loop is slow: use a macro"


def test_templates_can_be_compiled(_app):
    names = _app.jinja_env.list_templates(extensions=["html"])
    assert len(names) == len(TEMPLATES)
    for name in names:
        _app.jinja_env.get_template(name)


@every(TEMPLATES)
def test_templates_ask_no_database(path):
    assert not re.search(r"\b(session|db)\.(execute|scalars?|get|query)\(", _without_comments(path))
