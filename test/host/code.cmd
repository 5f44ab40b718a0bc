@"%SHOTLIST_TEST_NODE%" "%~dp0code.ts" %*
