-- Which outlets share texts with each other, counted in pairs of articles of each kind?
-- An outlet that repeats itself is left out; the view outlet_overlap has it too.
SELECT outlet, other_outlet, pairs, exact, near, excerpt
FROM outlet_overlap
WHERE outlet <> other_outlet
ORDER BY pairs DESC, outlet, other_outlet;
