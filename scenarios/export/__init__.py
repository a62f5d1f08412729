"""Writers: task lists, workbooks, templates."""
