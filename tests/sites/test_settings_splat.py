"""Settings that reach a call through mappings, read at the only call site of each example."""

from __future__ import annotations

from support import setting

CLIENT = """
from openai import OpenAI

client = OpenAI()
"""
CALL = "client.chat.completions.create(messages=[], **params)\n"


def after(code: str, name: str = "max-tokens") -> str:
    """The state of a setting of a call that gets `**params` after the code has run."""
    return setting(CLIENT + code + CALL, name)


def inside(code: str, name: str = "max-tokens") -> str:
    """The same in a function `ask(question, limit, flag, **more)` that is called by something unseen."""
    lines = "".join(f"    {line}\n" for line in (code + CALL).splitlines())
    return setting(CLIENT + "@route\ndef ask(question, limit, flag, **more):\n" + lines, name)


def test_literal() -> None:
    assert after("params = {'model': 'gpt-4.1', 'max_tokens': 300}\n") == "present 300"


def test_literal_without_the_key_proves_absence() -> None:
    assert after("params = {'model': 'gpt-4.1', 'temperature': 0}\n") == "absent"


def test_dict_call() -> None:
    assert after("params = dict(model='gpt-4.1', max_tokens=300)\n") == "present 300"


def test_dict_call_with_a_mapping_and_keywords() -> None:
    assert after("base = {'max_tokens': 1}\nparams = dict(base, max_tokens=300)\n") == "present 300"


def test_merged_displays() -> None:
    assert after("base = {'max_tokens': 1, 'model': 'a'}\nparams = {**base, 'max_tokens': 300}\n") == "present 300"


def test_later_mapping_wins() -> None:
    assert after("base = {'max_tokens': 1}\nparams = {'max_tokens': 300, **base}\n") == "present 1"


def test_union_operator() -> None:
    assert after("base = {'max_tokens': 1}\nparams = base | {'max_tokens': 300}\n") == "present 300"


def test_union_assignment() -> None:
    assert after("params = {'model': 'a'}\nparams |= {'max_tokens': 300}\n") == "present 300"


def test_update_with_a_mapping() -> None:
    assert after("params = {'model': 'a'}\nparams.update({'max_tokens': 300})\n") == "present 300"


def test_update_with_keywords() -> None:
    assert after("params = {'model': 'a'}\nparams.update(max_tokens=300)\n") == "present 300"


def test_item_assignment() -> None:
    assert after("params = {'model': 'a'}\nparams['max_tokens'] = 300\n") == "present 300"


def test_item_assignment_replaces() -> None:
    assert after("params = {'max_tokens': 1}\nparams['max_tokens'] = 300\n") == "present 300"


def test_setdefault() -> None:
    assert after("params = {'model': 'a'}\nparams.setdefault('max_tokens', 300)\n") == "present 300"
    assert after("params = {'max_tokens': 1}\nparams.setdefault('max_tokens', 300)\n") == "present 1"


def test_deleted_item() -> None:
    assert after("params = {'max_tokens': 300}\ndel params['max_tokens']\n") == "absent"


def test_popped_item() -> None:
    assert after("params = {'max_tokens': 300}\nparams.pop('max_tokens')\n") == "absent"


def test_cleared_mapping() -> None:
    assert after("params = {'max_tokens': 300}\nparams.clear()\n") == "absent"


def test_copies() -> None:
    assert after("base = {'max_tokens': 300}\nparams = base.copy()\n") == "present 300"
    assert after("import copy\nbase = {'max_tokens': 300}\nparams = copy.deepcopy(base)\n") == "present 300"
    assert after("base = {'max_tokens': 300}\nparams = dict(base)\n") == "present 300"
    assert after("base = {'max_tokens': 300}\nparams = {**base}\n") == "present 300"


def test_change_of_a_copy_leaves_the_original() -> None:
    assert after("params = {'model': 'a'}\nother = params.copy()\nother['max_tokens'] = 300\n") == "absent"


def test_change_after_the_call_does_not_count() -> None:
    code = "params = {'model': 'a'}\n" + CALL + "params['max_tokens'] = 300\n"
    assert setting(CLIENT + code, "max-tokens") == "absent"


def test_conditional_item_assignment_is_unknown() -> None:
    assert inside("params = {'model': 'a'}\nif limit:\n    params['max_tokens'] = limit\n") == "unknown"


def test_conditional_update_is_unknown() -> None:
    assert inside("params = {'model': 'a'}\nif limit is not None:\n    params.update(max_tokens=limit)\n") == "unknown"


def test_item_assignment_in_both_branches_is_present() -> None:
    code = "params = {'model': 'a'}\nif flag:\n    params['max_tokens'] = 1\nelse:\n    params['max_tokens'] = 300\n"
    assert inside(code) == "present 1 | 300"


def test_condition_without_bearing_on_the_setting() -> None:
    assert inside("params = {'model': 'a'}\nif flag:\n    params['seed'] = 1\n") == "absent"


def test_item_assignment_before_an_early_return() -> None:
    assert inside("params = {'model': 'a'}\nif flag:\n    params['max_tokens'] = 1\n    return None\n") == "absent"


def test_two_literals_chosen_by_a_condition() -> None:
    assert inside("params = {'max_tokens': 1} if flag else {'max_tokens': 300}\n") == "present 1 | 300"
    assert inside("params = {'max_tokens': 1} if flag else {}\n") == "unknown"


def test_conditional_spread() -> None:
    assert inside("params = {'model': 'a', **({'max_tokens': 300} if flag else {})}\n") == "unknown"
    assert inside("params = {'max_tokens': 300, **({'seed': 1} if flag else {})}\n") == "present 300"


def test_filter_of_the_nones() -> None:
    code = "given = {'model': 'a', 'max_tokens': limit, 'seed': None}\n"
    kept = "params = {k: v for k, v in given.items() if v is not None}\n"
    assert inside(code + kept) == "unknown"
    assert inside(code + kept, "temperature") == "absent"


def test_filter_of_a_constant() -> None:
    code = "given = {'model': 'a', 'max_tokens': 300}\nparams = {k: v for k, v in given.items() if v is not None}\n"
    assert after(code, "temperature") == "absent"
    assert after(code, "max-tokens") == "present 300"


def test_keywords_of_an_unseen_caller_are_unknown() -> None:
    assert inside("params = {'model': 'a', **more}\n") == "unknown"


def test_keywords_that_nobody_passes_are_absent() -> None:
    ask = "def ask(**more):\n    params = {'model': 'a', **more}\n    return CALL".replace("CALL", CALL)
    assert setting(CLIENT + ask, "max-tokens") == "absent"
    for spelled in ("TASKS = {'ask': ask}\n", "getattr(module, 'ask')(**options)\n"):
        assert (
            setting({"app.py": CLIENT + ask, "tasks.py": "from app import ask\n" + spelled}, "max-tokens") == "unknown"
        )


def test_keywords_that_nobody_passes_to_a_constructor_are_absent() -> None:
    class_ = """
class Gateway{bases}:
    def __init__(self, **more):
        self.more = more

    def ask(self):
        return client.chat.completions.create(messages=[], **self.more)
"""
    assert setting(CLIENT + class_.format(bases=""), "max-tokens") == "absent"
    assert setting(CLIENT + class_.format(bases="") + "PROVIDERS = [Gateway]\n", "max-tokens") == "unknown"
    package = {"llm/gateway.py": CLIENT + class_.format(bases=""), "llm/__init__.py": "from .gateway import Gateway\n"}
    assert setting(package, "max-tokens") == "absent"
    by_name = package | {"llm/make.py": "def make(name='Gateway', **more):\n    return globals()[name](**more)\n"}
    assert setting(by_name, "max-tokens") == "unknown"


def test_one_of_a_few_keys_is_set() -> None:
    named = """
def name(model):
    if model.startswith("gpt-5"):
        return "max_completion_tokens"
    return "max_tokens"

params = {"model": "a"}
params[name(MODEL)] = 300
"""
    assert after(named, "seed") == "absent"
    assert after(named).startswith("unknown")


def test_a_mapping_passed_on_some_paths_holds_nothing_of_a_setting_on_any() -> None:
    create = "client.responses.create(input='', **params)\n"
    code = "params = {}\nif EFFORT:\n    params['text'] = {VALUE}\n" + create
    assert setting(CLIENT + code.replace("VALUE", "'verbosity': 'low'"), "constraint") == "absent"
    assert setting(CLIENT + code.replace("VALUE", "'format': SCHEMA"), "constraint") == "unknown"


def test_computed_mapping_is_unknown() -> None:
    assert inside("params = question.options()\n") == "unknown"


def test_computed_key_is_unknown() -> None:
    assert inside("params = {'model': 'a'}\nparams[flag] = 1\n") == "unknown"
    assert inside("params = {'model': 'a', flag: 1}\n") == "unknown"


def test_keys_set_in_a_loop_over_literals() -> None:
    code = "params = {}\nfor key, number in (('max_tokens', 300), ('n', 1)):\n    params[key] = number\n"
    assert after(code) in ("unknown", "present 300")
    assert after(code, "temperature") in ("unknown", "absent")


def test_value_changed_in_a_loop() -> None:
    code = """
params = {'model': 'a', 'max_tokens': 100}
for attempt in range(3):
    params['max_tokens'] = 200
    client.chat.completions.create(messages=[], **params)
"""
    assert setting(CLIENT + code, "max-tokens") == "present 200"


def test_key_added_at_the_end_of_a_loop_body_reaches_the_next_round() -> None:
    code = """
params = {'model': 'a'}
for attempt in range(3):
    client.chat.completions.create(messages=[], **params)
    params['max_tokens'] = 200
"""
    assert setting(CLIENT + code, "max-tokens") == "unknown"


def test_function_that_builds_the_mapping() -> None:
    code = """
def options(limit):
    params = {'model': 'a', 'max_tokens': limit}
    params['seed'] = 1
    return params

params = options(300)
"""
    assert after(code) == "present 300"
    assert after(code, "seed") == "present 1"
    assert after(code, "temperature") == "absent"


def test_method_that_builds_the_mapping() -> None:
    code = """
class Writer:
    def __init__(self, limit=300):
        self.limit = limit

    def _options(self):
        return {'model': 'a', 'max_tokens': self.limit}

    def write(self):
        return client.chat.completions.create(messages=[], **self._options())
"""
    assert setting(CLIENT + code, "max-tokens") == "present 300"


def test_mapping_on_self() -> None:
    code = """
class Writer:
    def __init__(self):
        self.params = {'model': 'a', 'max_tokens': 300}

    def write(self):
        return client.chat.completions.create(messages=[], **self.params)
"""
    assert setting(CLIENT + code, "max-tokens") == "present 300"
    assert setting(CLIENT + code, "temperature") == "absent"


def test_mapping_on_self_changed_by_another_method_is_no_proof_of_absence() -> None:
    code = """
class Writer:
    def __init__(self):
        self.params = {'model': 'a'}

    def limit(self, number):
        self.params['max_tokens'] = number

    def write(self):
        return client.chat.completions.create(messages=[], **self.params)
"""
    assert setting(CLIENT + code, "max-tokens") == "unknown"


def test_module_constant_changed_in_a_function_is_no_proof_of_absence() -> None:
    code = """
PARAMS = {'model': 'a'}

def limit(number):
    PARAMS['max_tokens'] = number

def ask():
    return client.chat.completions.create(messages=[], **PARAMS)
"""
    assert setting(CLIENT + code, "max-tokens") == "unknown"


def test_module_constant_read_in_a_function() -> None:
    code = """
PARAMS = {'model': 'a'}
PARAMS['max_tokens'] = 300

def ask():
    return client.chat.completions.create(messages=[], **PARAMS)
"""
    assert setting(CLIENT + code, "max-tokens") == "present 300"


def test_mapping_changed_by_a_helper_it_is_passed_to() -> None:
    helper = """
def limit(target, number):
    target['max_tokens'] = number

"""
    assert after(helper + "params = {'model': 'a'}\nlimit(params, 300)\n") == "present 300"
    assert after(helper + "params = {'model': 'a'}\nlimit(number=300, target=params)\n") == "present 300"
    assert after(helper + "params = {'model': 'a'}\nif input():\n    limit(params, 300)\n") == "unknown"
    assert after(helper + "params = {'model': 'a'}\nlimit({}, 300)\n") == "absent"


def test_mapping_only_read_by_a_helper_proves_absence() -> None:
    assert after("params = {'model': 'a'}\nprint(params)\nlen(params)\n") == "absent"


def test_constant_in_another_module() -> None:
    code = {
        "settings.py": "DEFAULTS = {'model': 'gpt-4.1', 'max_tokens': 300}\n",
        "app.py": """
            from openai import OpenAI
            from settings import DEFAULTS

            OpenAI().chat.completions.create(messages=[], **DEFAULTS)
        """,
    }
    assert setting(code, "max-tokens") == "present 300"


def test_explicit_keyword_beside_a_splat() -> None:
    code = (
        CLIENT + "@route\ndef ask(**more):\n    client.chat.completions.create(messages=[], max_tokens=300, **more)\n"
    )
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "seed") == "unknown"


def test_extra_body() -> None:
    code = CLIENT + "client.chat.completions.create(messages=[], model='a', extra_body={'max_tokens': 300})\n"
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "seed") == "absent"


def test_partial_presets() -> None:
    code = CLIENT + "from functools import partial\nask = partial(client.chat.completions.create, model='a')\n"
    assert setting(code + "ask(messages=[], max_tokens=300)\n", "model") == "present 'a'"
    assert setting(code + "ask(messages=[], max_tokens=300)\n", "max-tokens") != "absent"


def test_a_subclass_extends_the_parameters_that_it_inherits() -> None:
    code = CLIENT + (
        "class Base:\n    def __init__(self):\n        self.params = {'max_tokens': 300}\n\n\n"
        "class Writer(Base):\n    def __init__(self):\n        super().__init__()\n"
        "        self.params = {**self.params, 'seed': 7}\n\n"
        "    def ask(self):\n        client.chat.completions.create(messages=[], **self.params)\n"
    )
    assert setting(code, "seed") == "present 7"
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "temperature") == "absent"


def test_a_key_that_is_one_of_two() -> None:
    code = CLIENT + (
        "def ask(model, cap):\n"
        "    limit = 'max_completion_tokens' if model.startswith('o') else 'max_tokens'\n"
        "    client.chat.completions.create(messages=[], **{'model': model, limit: cap})\n"
    )
    assert setting(code, "timeout") == "absent"
    assert setting(code, "max-tokens") == "unknown"


def test_keys_of_a_fixed_list_open_nothing_else() -> None:
    keys = "KEYS = ('timeout', 'temperature')\n"
    for loop in (
        "for key in KEYS:\n    if key in more:\n        params[key] = more[key]\n",
        "for key in KEYS:\n    params[key] = more.get(key)\n",
        "params.update({key: more[key] for key in KEYS if key in more})\n",
        "params.update({key: value for key, value in more.items() if key in KEYS})\n",
        "params.update({key: value for key, value in more.items() if value is not None and key in KEYS})\n",
    ):
        assert inside(keys + "params = {'model': 'a'}\n" + loop) == "absent"
        assert inside(keys + "params = {'model': 'a'}\n" + loop, "temperature").startswith("unknown")


def test_key_of_a_fixed_list_keeps_what_its_source_holds() -> None:
    source = "source = {'max_tokens': 300, 'temperature': 0}\nparams = {}\n"
    pick = "for key in ('max_tokens', 'seed'):\n    if key in source:\n        params[key] = source[key]\n"
    assert after(source + pick).startswith("unknown")
    assert after(source + pick, "temperature") == "absent"
    kept = "params = {key: value for key, value in source.items() if key in ('max_tokens', 'seed')}\n"
    assert after(source + kept) == "present 300"
    assert after(source + kept, "temperature") == "absent"


def test_keys_left_out_by_name() -> None:
    rest = "params = {key: value for key, value in more.items() if key not in ('max_tokens',)}\n"
    assert inside(rest).startswith("unknown")
    source = "source = {'max_tokens': 300, 'temperature': 0}\n"
    for test in ("key not in ('max_tokens',)", "key != 'max_tokens'"):
        assert after(source + f"params = {{key: value for key, value in source.items() if {test}}}\n") == "absent"


def test_list_of_keys_that_may_hold_more() -> None:
    assert inside("params = {}\nfor key in flag:\n    params[key] = more[key]\n").startswith("unknown")
    grown = "keys = ['seed']\nfor key in flag:\n    keys.append(key)\n"
    assert inside(grown + "params = {}\nfor key in keys:\n    params[key] = more[key]\n").startswith("unknown")


def test_a_key_of_a_list_that_the_source_lacks_may_have_the_default_of_get() -> None:
    picked = "for key in ('max_tokens', 'seed'):\n    params[key] = source.get(key{})\n"
    assert after("source, params = {'seed': 1}, {}\n" + picked.format("")) == "absent"
    assert after("source, params = {'seed': 1}, {}\n" + picked.format(", 300")) == "unknown"


def test_a_list_of_keys_that_other_code_alters_may_have_any() -> None:
    picked = "def build(source):\n    params = {k: source[k] for k in KEYS}\n    return CALL"
    picked = picked.replace("CALL", CALL)
    assert setting(CLIENT + "KEYS = ['seed']\n" + picked, "max-tokens") == "absent"
    assert setting(CLIENT + "KEYS = ['seed']\nKEYS.append('max_tokens')\n" + picked, "max-tokens") == "unknown"
    allowed = "KEYS = ['seed']\ndef allow(name):\n    KEYS.append(name)\n"
    assert setting(CLIENT + allowed + picked, "max-tokens") == "unknown"
