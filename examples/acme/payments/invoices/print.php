<?php
// XXX nobody knows why the tax is rounded here
function tax($cents) { return round($cents * 0.19); }
