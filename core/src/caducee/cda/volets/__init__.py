"""The structured national documents (volets): one file each, with what its template renders and how it is made."""
