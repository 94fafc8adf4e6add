==== accepted | before, behind and between
-- first; 'line
INSERT INTO plain -- it's "here"
SELECT id, /* a; b */ customer /* ' */ FROM orders -- `end
;
-- last
==== accepted | slashes
INSERT INTO plain // it's a comment; too
SELECT id, customer FROM orders; // end
==== accepted | stars
/**/ INSERT INTO plain /** doc; */ SELECT id, /* ** */ customer FROM orders /***** ***/;
==== accepted | three stars, which begin a comment and do not end it
INSERT INTO plain SELECT id, /***/ nosuch; */ customer FROM orders;
==== accepted | one that opens twice
INSERT INTO plain SELECT id, customer /* a /* b */ FROM orders;
==== accepted | dashes and slashes in strings
INSERT INTO plain SELECT id, '-- no // comment /* here' FROM orders;
==== accepted | a star behind a division
INSERT INTO plain SELECT id / 2, customer FROM orders;
==== accepted | minus a negative
INSERT INTO plain SELECT id - -1, customer FROM orders;
==== accepted | nothing but comments
-- nothing
/* at; all */
==== accepted | over lines, with a name in it
/*
CREATE TABLE plain (a INT);
*/
INSERT INTO plain SELECT id, customer FROM orders;
==== accepted | at the end without a line's end
INSERT INTO plain SELECT id, customer FROM orders; -- end
==== accepted | a variable that is no more
-- ${OLD_TOPIC} was here
INSERT INTO plain SELECT id, customer FROM orders;
==== refused | Column 'nosuch' not found in any table | 3:8 | places behind comments
/* one
   two */ INSERT INTO plain SELECT id, -- three
/* x */nosuch FROM orders;
==== refused | Lexical error | 3:1 | one that never ends
INSERT INTO plain SELECT id, customer FROM orders -- x
/* never; ends
