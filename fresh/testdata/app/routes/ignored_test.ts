throw new Error("a test file beside a route is no route");
