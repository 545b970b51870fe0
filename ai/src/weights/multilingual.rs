//! Fitted with the vectors of multilingual-e5-small in 8-bit integers, without what all of its vectors have in common
//! and without what is only their language: on every other article of SQuAD's and of XQuAD's, there in six languages
//! and across eight pairs of them, and measured on the articles in between.

use super::{Logistic, Weights};

pub(super) static WEIGHTS: Weights = Weights {
    words: 0.9,
    // As fitted, over 1.5: that makes no difference to the order, and leads are as long as the English model's.
    ranking: [7.9, 7.38, 2.01, 2.08, 1.88, 1.71, 6.24],
    // As fitted, over 2.5.
    sentence: [0.21, 9.23, 2.32, -0.38, 0.25, 0.35, 0.31],
    same_question: 0.65,
    about: Logistic {
        weights: [
            8.310, 17.231, 9.444, 0.581, 2.475, 3.417, 0.574, -1.434, 0.664, -0.481, 0.048, -0.394, //
            -0.053, 1.118, 0.222, -0.074, -0.412, 0.528, -0.163, 0.141, -0.011,
        ],
        constant: -10.143,
    },
    about_abroad: Logistic {
        weights: [
            16.593, 18.437, 2.703, 2.811, -2.748, 1.075, -13.540, -19.886, 2.035, -0.003, -0.020, 0.686, //
            1.961, 0.889, 1.547, 0.624, 2.682, -1.935, -0.395, -0.060, 0.014,
        ],
        constant: -10.099,
    },
    right: Logistic { weights: [1.117, 6.374, -2.465, 0.333, -0.561, -0.514, -0.068, -3.707], constant: -0.184 },
    right_abroad: Logistic { weights: [1.845, 6.345, -2.155, 0.369, 0.094, 0.370, -0.624, -5.121], constant: 0.110 },
    met: None,
};
