"""The commands, a plain function each: settings in, an outcome out. They read, decide, act and remember."""
