"""Policies where they lie and run: bundles opened, engines started, decisions kept."""
