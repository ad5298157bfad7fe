"""Policy as code: what a policy is asked, the engines that answer, bundles, decisions."""
