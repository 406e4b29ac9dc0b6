#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tables.py: fails where a table and what is made from it, or says it, have come apart.

Usage: tables.py [TOP_SRCDIR]

  url/outcome.def       every row is used by code; the settings its texts name exist
  crawler/options.def   every row is read by code, and stands in conf/lycosa.conf and the manual pages
  crawler/habits.def    what it says is missing is, and the options its texts name are not
  store/report.def      what could not be reached is each outcome that says so
  crawler/stat.def      every row is counted somewhere
  README.md, doc/       every config key, and every option of a lycosa command line in them, exists
"""
import os
import re
import sys

CODE = ('base', 'url', 'frontier', 'fetch', 'parse', 'store', 'tune', 'crawler')
OTHER_OPTIONS = {'developer', 'sanitizers', 'fuzzing'}


class Tree:
    def __init__(self, top):
        self.top, self.problems = top, []
        self.code = {}
        self.words = {}  # of each of these: its identifiers, and what is joined by a dot
        for folder in CODE:
            for where, _, files in os.walk(os.path.join(top, folder)):
                for name in files:
                    if name.endswith(('.c', '.h', '.def')):
                        path = os.path.relpath(os.path.join(where, name), top)
                        text = self.code[path] = self.read(path)
                        self.words[path] = set(re.findall(r'\w+', text)) | {
                            '%s.%s' % pair for pair in re.findall(r'\b(\w+)(?=\.(\w+))', text)}

    def read(self, path):
        try:
            with open(os.path.join(self.top, path), encoding='utf-8') as f:
                return f.read()
        except FileNotFoundError:
            return None

    def rows(self, path, macro):
        """The argument lists of macro(...) at line starts, as text."""
        text = re.sub(r'/\*.*?\*/', '', self.code.get(path, ''), flags=re.S)
        return re.findall(r'^%s\((.*?)\)\n(?=[A-Z/#\n]|\Z)' % macro, text, re.M | re.S)

    def used(self, names, but):
        return any(not words.isdisjoint(names) for path, words in self.words.items() if path not in but)

    def bad(self, fmt, *args):
        self.problems.append(fmt % args)


def options(tree):
    """[(key, long option or None)], all long names with the shorthands', and all short ones."""
    keys, longs, shorts = [], set(), set()
    for row in tree.rows('crawler/options.def', 'OPTION'):
        m = re.match(r'(\w+),\s*(\w+),\s*(\w+),\s*(NULL|"[^"]*"),\s*(NULL|"[^"]*")', row)
        if not m:
            tree.bad('crawler/options.def: a row this check cannot read: %s', row[:60])
            continue
        long_name = m.group(4).strip('"') if m.group(4) != 'NULL' else None
        keys.append(('%s.%s' % m.group(1, 2), long_name))
        if long_name:
            longs.add(long_name)
        if m.group(3) == 'BOOL' and long_name:
            longs.add('no-' + long_name)
        shorts.add(m.group(5).strip('"'))
    for row in tree.rows('crawler/options.def', 'SHORTHAND'):
        m = re.match(r'"([^"]*)", (NULL|"[^"]*")', row)
        longs.add(m.group(1))
        shorts.add(m.group(2).strip('"'))
    return keys, longs, shorts - {'NULL'}


def check_outcomes(tree, keys, longs):
    rows = tree.rows('url/outcome.def', 'OUTCOME')
    sections = '|'.join(sorted({k.split('.')[0] for k, _ in keys}))
    for row in rows:
        name, text = re.match(r'(\w+),.*"(.*)"', row, re.S).groups()
        if not tree.used({name, 'OUTCOME_' + name}, {'url/outcome.def'}):
            tree.bad('url/outcome.def: OUTCOME_%s is never used', name)
        for key in re.findall(r'\b(?:%s)\.[a-z_]+' % sections, text):
            if key not in dict(keys) and key != 'robots.txt':
                tree.bad('url/outcome.def: %s: there is no setting %s', name, key)
        for option in re.findall(r'--([a-z][a-z0-9-]+)', text):
            if option not in longs:
                tree.bad('url/outcome.def: %s: there is no option --%s', name, option)
    return len(rows)


def check_reports(tree):
    """Links that could not be had, in `lycosa report`: all that may be the network's doing."""
    rows = tree.rows('url/outcome.def', 'OUTCOME')
    reached = {re.match(r'\w+', r).group().lower() for r in rows if re.match(r'\w+,\s*\w+,\s*(NET|TLS)\b', r)}
    define = re.search(r'#define REPORT_UNREACHED((?:.*\\\n)*.*)', tree.code['store/report.def']).group(1)
    if set(re.findall(r"'(\w+)'", define)) != reached | {'host_dead'}:
        tree.bad('store/report.def: REPORT_UNREACHED is not host_dead and the outcomes of the classes NET and TLS')


def check_options(tree, keys):
    conf, source, source5 = (tree.read(p) for p in ('conf/lycosa.conf', 'doc/lycosa.1.in', 'doc/lycosa.conf.5.in'))
    for path, text in (('conf/lycosa.conf', conf), ('doc/lycosa.1.in', source), ('doc/lycosa.conf.5.in', source5)):
        if text is None:
            tree.bad('%s is missing', path)
    # The manual pages are made in the build tree, where there is one.
    built = os.environ.get('top_builddir', tree.top)
    man, man5 = (tree.read(os.path.join(built, 'doc', n)) for n in ('lycosa.1', 'lycosa.conf.5'))
    plain = re.sub(r'\\f.', ' ', man or '').replace('\\', '')
    for key, long_name in keys:
        section, name = key.split('.')
        if not tree.used({key}, {'crawler/options.def', 'url/outcome.def'}):
            tree.bad('crawler/options.def: nothing reads %s', key)
        if conf is not None and not re.search(r'^#?\s*%s\s*=' % name, conf, re.M):
            tree.bad('conf/lycosa.conf: %s is missing', key)
        if man is not None and long_name and not re.search(r'--(\[no-\])?%s\b' % long_name, plain):
            tree.bad('doc/lycosa.1: --%s is missing', long_name)
        if man5 is not None and name not in man5.replace('\\', ''):
            tree.bad('doc/lycosa.conf.5: %s is missing', key)


def check_belongings(tree, keys):
    names, sections = dict(keys), {k.split('.')[0] for k, _ in keys}
    for row in tree.rows('crawler/options.def', 'BELONGS'):
        rows, to = re.match(r'"([^"]*)", "([^"]*)"', row).groups()
        if not (rows in names or rows[-1:] == '.' and rows[:-1] in sections):
            tree.bad('crawler/options.def: BELONGS: there are no rows %s', rows)
        for key in to.split():
            if key not in names:
                tree.bad('crawler/options.def: BELONGS: there is no setting %s', key)


def check_habits(tree, longs, shorts):
    rows, met = tree.rows('crawler/habits.def', 'HABIT'), set()
    for row in rows:
        names, commands, text = re.match(r'"([^"]*)", (\w+),\s*"(.*)"', row, re.S).groups()
        for name in names.split():
            if commands == 'CMD_NONE':
                if '] = "%s"' % name in tree.read('crawler/cli.c'):
                    tree.bad('crawler/habits.def: %s is a command', name)
                continue
            exists = name in (longs if len(name) > 2 else shorts)
            if exists and commands == 'CMD_ALL':
                tree.bad('crawler/habits.def: %s is an option', name)
            if (name, commands) in met:
                tree.bad('crawler/habits.def: %s is there twice', name)
            met.add((name, commands))
        for dashes, option in re.findall(r'(?<![\w-])(--?)([A-Za-z][\w.-]*)', text.replace('curl -c', '')):
            if option not in (longs if dashes == '--' else shorts):
                tree.bad('crawler/habits.def: %s: there is no option %s%s', names.split()[0], dashes, option)
    return len(rows)


def check_stats(tree):
    rows = tree.rows('crawler/stat.def', 'STAT')
    for row in rows:
        name = re.match(r'\w+', row).group()
        if not tree.used({name, 'STAT_' + name.upper()}, {'crawler/stat.def'}):
            tree.bad('crawler/stat.def: nothing counts %s', name)
    return len(rows)


def check_documents(tree, keys, longs):
    sections = '|'.join(sorted({k.split('.')[0] for k, _ in keys}))
    names = ['README.md'] + sorted('doc/' + n for n in os.listdir(os.path.join(tree.top, 'doc')) if n.endswith('.md'))
    for path in names:
        text = tree.read(path) or ''
        # "Planned" sections speak of what is not there yet.
        # Examples of what is wrong are shown with what the program says.
        text = re.sub(r'^lycosa: error: .*', '', text, flags=re.M)
        text = re.sub(r'^(#+) Planned.*?(?=^#|\Z)', '', text, flags=re.M | re.S)
        for key in re.findall(r'(?<![\w./-])((?:%s)\.[a-z_]+)\b(?![(/])' % sections, text):
            if key not in dict(keys) and not key.endswith(('.c', '.h', '.txt', '.def', '.md', '.sh', '.py', '.conf')):
                tree.bad('%s: there is no setting %s', path, key)
        for line in re.findall(r'(?:^|[\s`/])lycosa (?:crawl|config|inspect|help)[^`\n]*', text):
            for option in re.findall(r'--([a-z][a-z0-9-]+)', line):
                if option not in longs | OTHER_OPTIONS:
                    tree.bad('%s: there is no option --%s', path, option)


def main():
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    tree = Tree(sys.argv[1] if len(sys.argv) > 1 else os.environ.get('top_srcdir', here))
    keys, longs, shorts = options(tree)
    n_outcomes = check_outcomes(tree, keys, longs)
    check_reports(tree)
    check_options(tree, keys)
    check_belongings(tree, keys)
    n_habits = check_habits(tree, longs, shorts)
    n_stats = check_stats(tree)
    check_documents(tree, keys, longs)
    for p in tree.problems:
        print(p)
    print('tables: %d outcomes, %d settings, %d habits, %d counters, %d problems'
          % (n_outcomes, len(keys), n_habits, n_stats, len(tree.problems)))
    if not (n_outcomes and keys and n_habits and n_stats):
        print('tables: a table could not be read')
        return 1
    return 1 if tree.problems else 0


if __name__ == '__main__':
    sys.exit(main())
