"""One page that holds everything: no script, style or picture is fetched from anywhere."""
