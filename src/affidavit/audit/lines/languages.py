"""Languages by the names of files: enough to tell code from prose and data."""

from __future__ import annotations

from types import MappingProxyType

OTHER = "other"

_ENDINGS = {
    "Assembly": "asm s",
    "Batch": "bat cmd",
    "C": "c h",
    "C#": "cs csx",
    "C++": "cc cpp cxx hh hpp hxx ipp tpp",
    "CSS": "css less sass scss",
    "CSV": "csv tsv",
    "Clojure": "clj cljc cljs edn",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Erlang": "erl hrl",
    "F#": "fs fsi fsx",
    "Go": "go",
    "GraphQL": "gql graphql",
    "Groovy": "gradle groovy",
    "HCL": "hcl tf tfvars",
    "HTML": "htm html xhtml",
    "Haskell": "hs lhs",
    "JSON": "json json5 jsonc jsonl",
    "Java": "java",
    "JavaScript": "cjs js jsx mjs",
    "Julia": "jl",
    "Jupyter": "ipynb",
    "Kotlin": "kt kts",
    "Lua": "lua",
    "Markdown": "markdown md mdx",
    "Nix": "nix",
    "OCaml": "ml mli",
    "Objective-C": "m mm",
    "PHP": "php phtml",
    "Perl": "pl pm t",
    "PowerShell": "ps1 psd1 psm1",
    "Protocol Buffers": "proto",
    "Python": "py pyi pyx",
    "R": "r rmd",
    "Razor": "cshtml razor",
    "Rego": "rego",
    "Ruby": "erb gemspec rake rb",
    "Rust": "rs",
    "SQL": "sql",
    "SVG": "svg",
    "Scala": "sbt sc scala",
    "Shell": "bash fish ksh sh zsh",
    "Solidity": "sol",
    "Svelte": "svelte",
    "Swift": "swift",
    "TOML": "toml",
    "Tcl": "tcl tk",
    "TeX": "bib cls sty tex",
    "Text": "adoc asciidoc org po pot rst text txt",
    "TypeScript": "cts mts ts tsx",
    "Visual Basic": "vb",
    "Vue": "vue",
    "XML": "csproj fsproj props resx targets xaml xml xsd xslt",
    "YAML": "yaml yml",
    "Zig": "zig",
}
_NAMES = {
    "CMake": "cmakelists.txt",
    "Docker": "containerfile dockerfile",
    "Make": "gnumakefile makefile",
    "Ruby": "gemfile rakefile",
}
_BY_ENDING = MappingProxyType(
    {ending: name for name, endings in _ENDINGS.items() for ending in endings.split()}
)
_BY_NAME = MappingProxyType(
    {file: name for name, files in _NAMES.items() for file in files.split()}
)


def language(path: str) -> str:
    """The language of the file at `path`, by its name or ending alone, without regard to case."""
    name = path.rpartition("/")[2].lower()
    stem = name.partition(".")[0]
    ending = name.rpartition(".")[2] if "." in name else ""
    return _BY_NAME.get(name) or _BY_ENDING.get(ending) or _BY_NAME.get(stem) or OTHER
