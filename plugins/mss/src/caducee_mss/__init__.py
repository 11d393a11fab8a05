"""MSSanté, secure health mail: sent to professionals and patients, received and filed."""
