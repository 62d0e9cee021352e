"""The languages: each folder has the instructions, the library and the front end of one."""
