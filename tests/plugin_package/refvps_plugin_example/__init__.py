"""A third party's plug-ins: installed as a package, found through entry points."""
