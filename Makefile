# make audit [REPO=path]   set everything up from the lock and audit a repository (default: this one)
# make test                set everything up and run every check
