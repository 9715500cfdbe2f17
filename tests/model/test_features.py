"""What a network's last layer sees."""

import numpy as np
import torch
from networks import inputs, tiny_model, with_random_head
from samples import noise
from torch import nn

from fer_course.model.features import frozen_features, pooled_features


class Backbone(nn.Module):
    """Its features are the corner pixel and a dropout of ones."""

    num_features = 2

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.drop = nn.Dropout(0.5)

    def forward_features(self, inputs):
        return inputs

    def forward_head(self, features, pre_logits):
        assert pre_logits
        corner = features[:, 0, 0, 0] * self.scale
        return torch.stack([corner, self.drop(torch.ones_like(corner))], 1)


def test_features_are_those_of_every_face_without_dropout_and_the_mode_is_kept():
    images, model = noise(5), Backbone().train()
    features = frozen_features(model, images, 48, batch_size=2)
    assert features.shape == (5, 2) and features.dtype == np.float32
    assert (features[:, 1] == 1).all()
    np.testing.assert_allclose(features[3:4], frozen_features(model, images[3:4], 48), rtol=1e-5)
    assert model.training
    assert frozen_features(model, images[:0], 48).shape == (0, 2)


def test_pooled_features_are_what_the_head_sees():
    model = with_random_head(tiny_model())
    x = inputs()
    assert torch.allclose(model.get_classifier()(pooled_features(model, x)), model(x), atol=1e-6)
